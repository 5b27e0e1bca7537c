//! Reports: the newest in a line each, the form, the facts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Fact, known, who};
use crate::desk::call::{CallRecord, Class};
use crate::desk::category::Category;
use crate::desk::report::Report;
use crate::http::api::reports as api;
use crate::http::ask::Ask;
use crate::http::text::{Lang, text};
use crate::store::CallFilter;

/// A report among the newest.
#[derive(Serialize)]
pub struct Reported {
    call: String,
    icon: &'static str,
    title: String,
    why: String,
    life_threat: bool,
    since: String,
}

/// The newest calls that were incidents. A disk that does not answer leaves them out.
pub async fn reports(ask: &Ask) -> Vec<Reported> {
    let filter = CallFilter {
        class: Some(Some(Class::Incident)),
        ..CallFilter::default()
    };
    let calls = ask
        .app
        .read(move |r| r.calls(&filter, None, REPORTS_SHOWN))
        .await;
    let reported = |call: &CallRecord| {
        let report = call.report.as_ref();
        let (title, why) = headline(call, ask.lang);
        Reported {
            call: call.id.to_string(),
            icon: report
                .and_then(|r| r.category)
                .map_or("siren", category_icon),
            title,
            why,
            life_threat: report.and_then(|r| r.life_threat) == Some(true),
            since: call.offered.at.rfc3339(&ask.app.zone),
        }
    };
    calls.unwrap_or_default().iter().map(reported).collect()
}

/// What and where in one line, and what else is known in another. What is protected says neither.
pub(super) fn headline(call: &CallRecord, lang: Lang) -> (String, String) {
    let Some(report) = &call.report else {
        return (
            text(lang, "call-title", &[("call", &call.id.to_string())]),
            who(call, lang),
        );
    };
    let category = report
        .category
        .map(|category| category_word(category, lang));
    if report.category.is_some_and(Category::protected) {
        return (
            category.unwrap_or_default(),
            text(lang, "report-protected", &[]),
        );
    }
    let place = report.location.clone().or_else(|| report.village.clone());
    let title: Vec<String> = category.into_iter().chain(place).collect();
    let why = [
        report.village.clone(),
        report.district.clone(),
        victims_word(report, lang),
        report.note.clone(),
    ];
    let why: Vec<String> = why.into_iter().flatten().collect();
    let title = if title.is_empty() {
        who(call, lang)
    } else {
        title.join(" · ")
    };
    (title, why.join(" · "))
}

fn victims_word(report: &Report, lang: Lang) -> Option<String> {
    let counts = victims_of(report);
    let told = counts.into_iter().filter_map(|(kind, n)| {
        let n = n.filter(|n| *n > 0)?;
        Some(format!(
            "{n} {}",
            text(lang, &format!("field-victims-{kind}"), &[])
        ))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn victims_of(report: &Report) -> [(&'static str, Option<u32>); 4] {
    let victims = report.victims;
    [
        ("dead", victims.dead),
        ("severe", victims.severe),
        ("light", victims.light),
        ("trapped", victims.trapped),
    ]
}

/// What happened, as it is called.
pub fn category_word(category: Category, lang: Lang) -> String {
    text(lang, &format!("category-{}", category.as_str()), &[])
}

fn category_icon(category: Category) -> &'static str {
    match category {
        Category::Fire | Category::Wildfire => "flame",
        Category::Medical | Category::Ambulance => "stethoscope",
        Category::Accident | Category::Landslide | Category::Flood | Category::FallenTree => {
            "triangle-alert"
        }
        Category::DomesticViolence | Category::Crime | Category::Riot => "shield",
        _ => "siren",
    }
}

/// The form of a call, as it is kept.
#[derive(Serialize)]
pub struct Form {
    location: String,
    category: &'static str,
    category_word: String,
    district: String,
    village: String,
    landmark: String,
    life_threat: &'static str,
    victims: BTreeMap<&'static str, String>,
    note: String,
    reporter: String,
    reporter_number: String,
    hazards: String,
    access: String,
    rev: u64,
    saved_at: Option<String>,
}

/// What has been written down of a call: what is typed and not filed, before that what was filed.
pub async fn form(ask: &Ask, call: &CallRecord) -> Form {
    let draft = api::draft_of(ask, call.id).await;
    let report = match &draft {
        Some(draft) => draft.report.clone(),
        None => call.report.clone().unwrap_or_default(),
    };
    let victims = victims_of(&report);
    let victims = victims.map(|(kind, n)| (kind, n.map(|n| n.to_string()).unwrap_or_default()));
    let saved_at = draft.as_ref().map(|draft| {
        let shown = draft.at.at.rfc3339(&ask.app.zone);
        shown.get(11..19).unwrap_or_default().to_owned()
    });
    Form {
        location: report.location.unwrap_or_default(),
        category: report.category.map(Category::as_str).unwrap_or_default(),
        category_word: report
            .category
            .map(|c| category_word(c, ask.lang))
            .unwrap_or_default(),
        district: report.district.unwrap_or_default(),
        village: report.village.unwrap_or_default(),
        landmark: report.landmark.unwrap_or_default(),
        life_threat: threat(report.life_threat),
        victims: victims.into(),
        note: report.note.unwrap_or_default(),
        reporter: report.reporter.unwrap_or_default(),
        reporter_number: report.reporter_number.unwrap_or_default(),
        hazards: report.hazards.unwrap_or_default(),
        access: report.access.unwrap_or_default(),
        rev: draft.map_or(0, |draft| draft.rev),
        saved_at,
    }
}

fn threat(known: Option<bool>) -> &'static str {
    match known {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
}

/// The report that was filed, for reading.
pub fn report_facts(ask: &Ask, call: &CallRecord) -> Vec<Fact> {
    let Some(report) = call.report.clone() else {
        return Vec::new();
    };
    let lang = ask.lang;
    let life = report.life_threat.map(|yes| {
        text(
            lang,
            if yes {
                "field-life_threat-yes"
            } else {
                "field-life_threat-no"
            },
            &[],
        )
    });
    let victims = victims_word(&report, lang);
    known(
        lang,
        [
            (
                "field-category",
                report.category.map(|c| category_word(c, lang)),
            ),
            ("field-location", report.location),
            ("field-landmark", report.landmark),
            ("field-village", report.village),
            ("field-district", report.district),
            ("field-life_threat", life),
            ("field-victims", victims),
            ("field-note", report.note),
            ("field-reporter", report.reporter),
            ("field-reporter_number", report.reporter_number),
            ("field-hazards", report.hazards),
            ("field-access", report.access),
        ],
    )
}

/// What fits beside the tasks.
const REPORTS_SHOWN: usize = 20;
