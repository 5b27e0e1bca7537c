//! What the box itself says to callers: looked up, listened to, replaced by the office's own voice.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::base::ids::Seq;
use crate::base::lang::Lang;
use crate::base::limits;
use crate::base::prompt::Prompt;
use crate::desk::Entry;
use crate::desk::fact::{Fact, OfficeChange};
use crate::desk::order::{OfficeOrder, Order};
use crate::http::app::busy;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::prompts::PromptView;
use crate::prompts::Kept;
use crate::voice::prompt::{self, SPEECH_DB, Unfit};
use crate::voice::wav::{self, NotWav};

/// `GET /api/v1/prompts`
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let all = Lang::ALL.into_iter().flat_map(|lang| {
        let of_this = move |name| (name, lang);
        Prompt::ALL.into_iter().map(of_this)
    });
    let items = all.map(|(name, lang)| view(&ask, name, lang)).collect();
    Ok(HttpResponse::Ok().json(ask.page(items, |item: &PromptView| &item.id)?))
}

/// `GET /api/v1/prompts/{language}/{name}`: in 16 bit PCM, which every browser plays.
pub async fn listen(ask: Ask) -> Result<HttpResponse, Problem> {
    let (name, lang) = which(&ask)?;
    let shown = format!(
        "inline; filename=\"{}-{}.wav\"",
        name.as_str(),
        lang.as_str()
    );
    Ok(HttpResponse::Ok()
        .content_type(WAV_TYPES[0])
        .insert_header((header::CONTENT_DISPOSITION, shown))
        .body(wav::file(&ask.app.prompts.get(name, lang))))
}

/// `PUT /api/v1/prompts/{language}/{name}`
pub async fn set(ask: Ask) -> Result<HttpResponse, Problem> {
    let (name, lang) = which(&ask)?;
    if !WAV_TYPES.iter().any(|known| ask.has_type(known)) {
        return Err(Problem::new(415, "wrong_type").with("wanted", WAV_TYPES[0]));
    }
    let (file, library) = (ask.body.clone(), ask.app.prompts.clone());
    let keep = move || -> Result<Kept, Problem> {
        let samples = prompt::recording(&file).map_err(unfit)?;
        Ok(library.keep(name, lang, &samples)?)
    };
    let kept = ask.app.shaping.run(keep).await.ok_or_else(busy)??;
    change(&ask, name, lang, Some(kept)).await?;
    Ok(HttpResponse::Ok().json(view(&ask, name, lang)))
}

/// `DELETE /api/v1/prompts/{language}/{name}`
pub async fn restore(ask: Ask) -> Result<HttpResponse, Problem> {
    let (name, lang) = which(&ask)?;
    change(&ask, name, lang, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A prompt as it is now.
pub fn view(ask: &Ask, name: Prompt, lang: Lang) -> PromptView {
    let library = &ask.app.prompts;
    let lasts = prompt::lasts(&library.get(name, lang));
    PromptView::new(name, lang, lasts, library.own(name, lang), &ask.app.zone)
}

fn which(ask: &Ask) -> Result<(Prompt, Lang), Problem> {
    Ok((ask.path("name")?, ask.path("language")?))
}

/// Orders the change and plays accordingly from the moment it is durable, even if whoever asked
/// has been told by then that the disk takes too long.
async fn change(ask: &Ask, name: Prompt, lang: Lang, kept: Option<Kept>) -> Result<(), Problem> {
    let (app, actor, stamp) = (ask.app.clone(), ask.actor()?, ask.app.stamp());
    let (order, change) = both(name, lang, kept);
    let doing = async move {
        let user = actor.user.clone();
        let receipt = app.handle.order(actor, Order::Office(order)).await?;
        let entry = Entry {
            seq: Seq(receipt.seq),
            stamp,
            fact: Fact::OfficeChanged { by: user, change },
        };
        let library = app.prompts.clone();
        let follow = move || match entry.seq {
            // It was so already; but perhaps its file had been lost and has just been brought back.
            Seq(0) => library.look_again(name, lang),
            Seq(_) => library.follow(&entry),
        };
        app.shaping.run(follow).await.ok_or_else(busy)
    };
    let done = actix_web::rt::spawn(doing);
    match tokio::time::timeout(limits::REQUEST_TIMEOUT, done).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) | Err(_) => Err(Problem::new(503, "unconfirmed")),
    }
}

/// The order, and the change it becomes when it is taken.
fn both(name: Prompt, language: Lang, kept: Option<Kept>) -> (OfficeOrder, OfficeChange) {
    let Some(Kept {
        sha256,
        duration_ms,
    }) = kept
    else {
        return (
            OfficeOrder::RestorePrompt { language, name },
            OfficeChange::PromptRestored { language, name },
        );
    };
    let order = OfficeOrder::SetPrompt {
        language,
        name,
        sha256: sha256.clone(),
        duration_ms,
    };
    let change = OfficeChange::PromptSet {
        language,
        name,
        sha256,
        duration_ms,
    };
    (order, change)
}

/// What is wrong with a recording, in words that say what to do about it.
fn unfit(unfit: Unfit) -> Problem {
    let problem = |code| Problem::new(422, code);
    let off = |code, speech_db: f32| {
        let by_db = (speech_db - SPEECH_DB).abs().round() as i64;
        let level_db = speech_db.round() as i64;
        problem(code)
            .with("level_db", level_db)
            .with("by_db", by_db)
    };
    match unfit {
        Unfit::File(NotWav::NotRiff) => problem("not_wav"),
        Unfit::File(NotWav::NoSound) => problem("wav_empty"),
        Unfit::File(NotWav::Coding) => problem("wav_coding"),
        Unfit::File(NotWav::Shape) => problem("wav_shape"),
        Unfit::Short { .. } => problem("sound_short"),
        Unfit::Long { lasts } => problem("sound_long")
            .with("lasts_s", lasts.as_secs_f64().ceil() as u64)
            .with("limit_s", limits::PROMPT_LASTS_MAX.as_secs()),
        Unfit::Silent => problem("sound_silent"),
        Unfit::Quiet { speech_db } => off("sound_quiet", speech_db),
        Unfit::Loud { speech_db } => off("sound_loud", speech_db),
    }
}

/// What programs call a WAV file; the first is what we call it.
const WAV_TYPES: [&str; 4] = ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"];
