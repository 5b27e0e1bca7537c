//! The report of a call as the API shows it, filed or being typed.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::when;
use crate::desk::category::Category;
use crate::desk::draft::Draft;
use crate::desk::report::{Report, Victims};
use crate::http::text::{Lang, text};

/// What a caller told; `null`: not known.
#[derive(Clone, Serialize, Debug)]
pub struct ReportView {
    pub location: Option<String>,
    pub district: Option<String>,
    pub village: Option<String>,
    pub landmark: Option<String>,
    pub category: Option<Category>,
    pub life_threat: Option<bool>,
    pub victims: VictimsView,
    pub note: Option<String>,
    pub reporter: Option<String>,
    pub reporter_number: Option<String>,
    pub hazards: Option<String>,
    pub access: Option<String>,
}

/// How many people are hurt.
#[derive(Clone, Copy, Serialize, Debug)]
pub struct VictimsView {
    pub dead: Option<u32>,
    pub severe: Option<u32>,
    pub light: Option<u32>,
    pub trapped: Option<u32>,
}

impl From<&Report> for ReportView {
    fn from(report: &Report) -> ReportView {
        let Report {
            location,
            district,
            village,
            landmark,
            category,
            life_threat,
            victims,
            note,
            reporter,
            reporter_number,
            hazards,
            access,
        } = report.clone();
        let Victims {
            dead,
            severe,
            light,
            trapped,
        } = victims;
        ReportView {
            location,
            district,
            village,
            landmark,
            category,
            life_threat,
            victims: VictimsView {
                dead,
                severe,
                light,
                trapped,
            },
            note,
            reporter,
            reporter_number,
            hazards,
            access,
        }
    }
}

/// What is typed of a call and not filed; all `null` if nothing is.
#[derive(Clone, Serialize, Debug, Default)]
pub struct DraftView {
    /// The whole report as it would be filed.
    pub draft: Option<ReportView>,
    pub draft_by: Option<String>,
    pub draft_at: Option<String>,
    /// Another number, another text.
    pub rev: Option<u64>,
}

impl DraftView {
    /// As seen in `zone`.
    pub fn new(draft: Option<&Draft>, zone: &TimeZone) -> DraftView {
        let Some(draft) = draft else {
            return DraftView::default();
        };
        DraftView {
            draft: Some(ReportView::from(&draft.report)),
            draft_by: Some(draft.by.to_string()),
            draft_at: Some(when(draft.at, zone)),
            rev: Some(draft.rev),
        }
    }
}

/// A category that a report may have.
#[derive(Serialize, Debug)]
pub struct CategoryView {
    pub code: Category,
    pub label: String,
    /// What people call it: for finding it by its first letters.
    pub words: Vec<String>,
    /// 1 (red) to 4 (information), unless somebody knows better.
    pub priority: u8,
    /// Who and where is shown only to those who need it.
    pub protected: bool,
}

impl CategoryView {
    /// As told in a language.
    pub fn new(category: Category, lang: Lang) -> CategoryView {
        let code = category.as_str();
        let words = text(lang, &format!("category-{code}-words"), &[]);
        CategoryView {
            code: category,
            label: text(lang, &format!("category-{code}"), &[]),
            words: words.split(", ").map(str::to_owned).collect(),
            priority: category.priority(),
            protected: category.protected(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_category_has_words_of_its_own_in_both_languages() {
        for lang in Lang::ALL {
            let mut known = BTreeMap::new();
            for category in Category::ALL {
                let view = CategoryView::new(category, lang);
                assert!(!view.label.contains("category-"), "{}", view.label);
                for word in view.words {
                    assert_eq!(word, word.trim().to_lowercase());
                    let other = known.insert(word.clone(), category);
                    assert_eq!(other, None, "{word} means two things in {lang:?}");
                }
            }
        }
    }

    #[test]
    fn what_people_say_leads_to_what_it_is() {
        let of = |said: &str| {
            let mut all = Category::ALL.into_iter();
            all.find(|c| {
                CategoryView::new(*c, Lang::Id)
                    .words
                    .iter()
                    .any(|w| w == said)
            })
        };
        for (said, category) in [
            ("ular", Category::DangerousAnimal),
            ("laka", Category::Accident),
            ("api", Category::Fire),
            ("banjir rob", Category::Flood),
        ] {
            assert_eq!(of(said), Some(category), "{said}");
        }
    }
}
