//! What the box says to callers: listened to, replaced by the office's own voice, restored.

use serde_json::Value;
use siaga112::base::lang::Lang;
use siaga112::base::prompt::Prompt;
use siaga112::voice::prompt::{default_sound, samples};
use siaga112::voice::wav;

use super::office::{Browser, Office};
use super::routes::fits_schema;
use super::wire::Answer;

const QUEUE: &str = "/api/v1/prompts/id/queue";

/// A voice-like sound: a tone that swells and fades, `seconds` long.
fn voice(amplitude: f32, seconds: f32, rate_hz: u32) -> Vec<i16> {
    let wave = |i: usize| {
        let at = i as f32 / rate_hz as f32;
        let syllable = (at * 3.0 * std::f32::consts::TAU).sin().abs();
        (amplitude * syllable * (at * 440.0 * std::f32::consts::TAU).sin()) as i16
    };
    (0..(seconds * rate_hz as f32) as usize).map(wave).collect()
}

/// A file as a recorder at 48 kHz makes it, both channels the same.
fn stereo_48_khz(seconds: f32) -> Vec<u8> {
    let mono = voice(8_000.0, seconds, 48_000);
    let data: Vec<u8> = mono
        .iter()
        .flat_map(|s| [s.to_le_bytes(), s.to_le_bytes()].concat())
        .collect();
    let mut file = wav::header(2, data.len() as u32).to_vec();
    file[24..28].copy_from_slice(&48_000u32.to_le_bytes());
    file[28..32].copy_from_slice(&192_000u32.to_le_bytes());
    file.extend(data);
    file
}

fn put(browser: &Browser<'_>, path: &str, file: &[u8]) -> Answer {
    browser.send("PUT", path, &[("content-type", "audio/wav")], Some(file))
}

fn delete(browser: &Browser<'_>, path: &str) -> Answer {
    browser.send("DELETE", path, &[], Some(b""))
}

fn listed(browser: &Browser<'_>, id: &str) -> Value {
    let page = browser.get("/api/v1/prompts").json();
    fits_schema("PromptPage", &page);
    let mut items = page["items"].as_array().unwrap().iter();
    items.find(|item| item["id"] == id).unwrap().clone()
}

/// What a caller would hear.
fn heard(browser: &Browser<'_>, path: &str) -> Vec<i16> {
    let answer = browser.get(path);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("audio/wav"));
    let sound = wav::read(&answer.body).unwrap();
    assert_eq!(sound.rate_hz, 8_000);
    assert_eq!(
        answer.body.len(),
        44 + 2 * sound.samples.len(),
        "16 bit mono"
    );
    sound.samples
}

fn default(name: Prompt, lang: Lang) -> Vec<i16> {
    samples(default_sound(name, lang)).unwrap()
}

#[test]
fn every_prompt_is_listed_with_its_words_and_can_be_listened_to() {
    let office = Office::open();
    let audi = office.login("audi");
    let page = audi.get("/api/v1/prompts").json();
    fits_schema("PromptPage", &page);
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 14);
    for item in items {
        assert_eq!(item["custom"], false);
        assert!(item["sha256"].is_null() && item["changed_by"].is_null());
        let path = format!("/api/v1/prompts/{}", item["id"].as_str().unwrap());
        let sound = heard(&audi, &path);
        assert_eq!(item["duration_ms"], sound.len() as u64 / 8);
    }
    let sound = heard(&audi, "/api/v1/prompts/en/hold");
    assert_eq!(sound, default(Prompt::Hold, Lang::En));
    for missing in ["id/nyanyian", "de/queue", "ID/queue", "id/..%2fqueue"] {
        let answer = audi.get(&format!("/api/v1/prompts/{missing}"));
        assert_eq!(answer.code(), "not_found", "{missing}");
    }
    let first = audi.get("/api/v1/prompts?limit=10").json();
    let next = first["next"].as_str().unwrap();
    let rest = audi.get(&format!("/api/v1/prompts?cursor={next}")).json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 4);
}

#[test]
fn a_studio_file_is_played_as_the_telephone_carries_it() {
    let office = Office::open();
    let sari = office.login("sari");
    let answer = put(&sari, QUEUE, &stereo_48_khz(2.0));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let shown = answer.json();
    fits_schema("Prompt", &shown);
    assert_eq!(
        (&shown["custom"], &shown["lost"]),
        (&true.into(), &false.into())
    );
    assert_eq!(shown["changed_by"], "sari");
    assert_eq!(shown["duration_ms"], 2_000);
    assert_eq!(shown, listed(&sari, "id/queue"));

    let sound = heard(&sari, QUEUE);
    let wanted = voice(8_000.0, 2.0, 8_000);
    assert_eq!(sound.len(), wanted.len());
    let off = sound
        .iter()
        .zip(&wanted)
        .map(|(a, b)| i32::from(a - b).abs());
    assert!(off.max().unwrap() < 300, "the same sound at another rate");
    // The other language and the other prompts stay as they are.
    let english = heard(&sari, "/api/v1/prompts/en/queue");
    assert_eq!(english, default(Prompt::Queue, Lang::En));
    assert_eq!(*office.prompts.get(Prompt::Queue, Lang::Id), *sound);

    let restored = delete(&sari, QUEUE);
    assert_eq!(restored.status, 204);
    assert_eq!(heard(&sari, QUEUE), default(Prompt::Queue, Lang::Id));
    assert_eq!(listed(&sari, "id/queue")["custom"], false);
    assert_eq!(delete(&sari, QUEUE).status, 204, "again is no error");

    let journal = |lang| {
        let headers = [("accept-language", lang)];
        sari.send("GET", "/part/journal", &headers, None).text()
    };
    for (lang, line) in [
        (
            "id",
            "sari memasang rekaman kantor untuk suara Antre (Indonesia)",
        ),
        ("id", "sari memulihkan suara bawaan Antre (Indonesia)"),
        ("en", "own recording of Waiting (Indonesian)"),
    ] {
        assert!(journal(lang).contains(line), "{line}: {}", journal(lang));
    }
}

#[test]
fn a_file_that_callers_could_not_understand_is_refused_and_nothing_is_lost() {
    let office = Office::open();
    let sari = office.login("sari");
    let good = wav::file(&voice(9_000.0, 2.0, 8_000));
    assert_eq!(put(&sari, QUEUE, &good).status, 200);
    let before = heard(&sari, QUEUE);
    let head = wav::header(1, 8);
    let mut float = [&head[..], &[0; 8]].concat();
    float[20] = 3;
    let mut many = [&head[..], &[0; 24]].concat();
    many[22] = 6;
    let refused: [(&str, Vec<u8>); 10] = [
        ("not_wav", b"ID3 a song, not a recording".to_vec()),
        ("not_wav", Vec::new()),
        ("wav_empty", head.to_vec()),
        ("wav_coding", float),
        ("wav_shape", many),
        ("sound_silent", wav::file(&[0; 16_000])),
        ("sound_quiet", wav::file(&voice(700.0, 2.0, 8_000))),
        ("sound_loud", wav::file(&[20_000; 16_000])),
        ("sound_short", wav::file(&voice(9_000.0, 0.4, 8_000))),
        ("sound_long", wav::file(&voice(9_000.0, 31.0, 8_000))),
    ];
    for (code, file) in refused {
        let answer = put(&sari, QUEUE, &file);
        assert_eq!((answer.status, &*answer.code()), (422, code));
        let told = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(!told.contains('{') && told.ends_with('.'), "{told}");
    }
    let as_json = sari.send_json("PUT", QUEUE, Value::Null);
    assert_eq!((as_json.status, &*as_json.code()), (415, "wrong_type"));
    assert_eq!(heard(&sari, QUEUE), before);
    assert_eq!(listed(&sari, "id/queue")["changed_by"], "sari");
    let folder = office.folder.path().join("prompts/id");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(files, 1, "what was refused leaves nothing behind");
}

#[test]
fn only_an_upload_of_sound_may_be_large_and_it_has_its_limit_too() {
    let office = Office::open();
    let sari = office.login("sari");
    let mib_6 = siaga112::base::limits::SOUND_BODY_BYTES_MAX;
    let large = vec![0; mib_6 + 1];
    let answer = put(&sari, QUEUE, &large);
    assert_eq!((answer.status, &*answer.code()), (413, "body_too_large"));
    assert_eq!(answer.json()["limit"], mib_6);
    // Exactly as large as allowed: read, and found to be no sound.
    assert_eq!(put(&sari, QUEUE, &large[..mib_6]).code(), "not_wav");
    let note = sari.send_json("POST", "/api/v1/calls/1/note", "x".repeat(70_000).into());
    assert_eq!(note.code(), "body_too_large");
}

#[test]
fn callers_hear_what_a_supervisor_decided_and_nobody_else() {
    let office = Office::open();
    let file = wav::file(&voice(9_000.0, 1.0, 8_000));
    for user in ["audi", "rina"] {
        let browser = office.login(user);
        assert_eq!(browser.get("/api/v1/prompts").status, 200, "{user}");
        assert_eq!(put(&browser, QUEUE, &file).status, 403, "{user}");
        assert_eq!(delete(&browser, QUEUE).status, 403, "{user}");
        assert_eq!(browser.get("/suara").status, 403, "{user}");
    }
    for user in ["sari", "adi"] {
        let browser = office.login(user);
        let path = format!(
            "/api/v1/prompts/en/{}",
            if user == "adi" { "hold" } else { "queue" }
        );
        let forged = Browser {
            csrf: Some("x".repeat(43)),
            ..browser.clone()
        };
        assert_eq!(put(&forged, &path, &file).code(), "csrf");
        assert_eq!(delete(&forged, &path).code(), "csrf");
        assert_eq!(put(&browser, &path, &file).status, 200, "{user}");
    }
    assert_eq!(put(&office.nobody(), QUEUE, &file).status, 401);
}

#[test]
fn a_recording_survives_a_restart_and_a_damaged_one_gives_way_until_it_is_brought_again() {
    let office = Office::open();
    let file = wav::file(&voice(9_000.0, 1.5, 8_000));
    let shown = {
        let sari = office.login("sari");
        assert_eq!(put(&sari, QUEUE, &file).status, 200);
        listed(&sari, "id/queue")
    };
    let office = office.restarted();
    {
        let sari = office.login("sari");
        let sound = heard(&sari, QUEUE);
        assert_eq!(wav::file(&sound), file);
        assert_eq!(listed(&sari, "id/queue")["sha256"], shown["sha256"]);
    }
    let short = &shown["sha256"].as_str().unwrap()[..16];
    let path = office
        .folder
        .path()
        .join(format!("prompts/id/queue-{short}.wav"));
    std::fs::write(&path, &file[..1_000]).unwrap();
    let office = office.restarted();
    let sari = office.login("sari");
    assert_eq!(heard(&sari, QUEUE), default(Prompt::Queue, Lang::Id));
    let listed_now = listed(&sari, "id/queue");
    assert_eq!(
        (&listed_now["custom"], &listed_now["lost"]),
        (&true.into(), &true.into())
    );
    assert!(sari.get("/suara").text().contains("PROMPT-001"));
    // The desk has nothing to change; the file is there again.
    let again = put(&sari, QUEUE, &file);
    assert_eq!(again.json()["lost"], false, "{}", again.text());
    assert_eq!(wav::file(&heard(&sari, QUEUE)), file);
}

#[test]
fn the_page_shows_every_sound_with_its_words_and_the_board_leads_there() {
    let office = Office::open();
    let sari = office.login("sari");
    put(&sari, QUEUE, &wav::file(&voice(9_000.0, 3.0, 8_000)));
    let page = sari.get("/suara").text();
    assert_eq!(page.matches("data-sound=").count(), 14);
    for wanted in [
        "Protokol Senyap",
        "ketuk telepon, atau batuk",
        "press five twice",
        "Rekaman kantor",
        "3 detik",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(!page.contains("style=") && !page.contains("{{"), "{page}");
    assert!(page.contains(sari.csrf.as_ref().unwrap()));
    let english = sari.send("GET", "/suara", &[("accept-language", "en")], None);
    assert!(english.text().contains("System sounds"));
    assert!(
        sari.get("/pengaturan/kata")
            .text()
            .contains("href=\"&#x2f;suara\"")
    );
    assert!(!office.login("rina").get("/").text().contains("/suara"));
}

#[test]
fn uploads_that_do_not_come_to_an_end_keep_nobody_else_out_for_long() {
    use std::io::Write;
    let office = Office::open();
    let sari = office.login("sari");
    let file = wav::file(&voice(9_000.0, 1.0, 8_000));
    let slow = || {
        let headers = [("content-type", "audio/wav"), ("content-length", "5000000")];
        let mut connection = office.connect();
        let request = sari.request("PUT", QUEUE, &headers, Some(&file));
        connection.write_all(&request).unwrap();
        connection.flush().unwrap();
        connection
    };
    // An upload of our own may be under way when one of these comes: then that one is refused.
    let mut held = vec![slow()];
    office.until(|_| {
        held.push(slow());
        let answer = put(&sari, QUEUE, &file);
        (answer.status == 503 && answer.code() == "busy").then_some(())
    });
    // Small requests have places of their own.
    assert_eq!(delete(&sari, "/api/v1/prompts/id/hold").status, 204);
    drop(held);
    office.until(|_| (put(&sari, QUEUE, &file).status == 200).then_some(()));
}
