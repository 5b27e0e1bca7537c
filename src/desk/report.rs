//! The report (laporan) of a call: what its caller told.
//!
//! Every field may be missing: a report is filed when there is no time for more. Texts are kept as
//! they were typed, without the blanks around them.

use serde::{Deserialize, Deserializer, Serialize};

use super::category::Category;
use super::order::Refusal;
use crate::base::limits;

/// What is known of what happened.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Where, in the caller's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Kecamatan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Desa or kelurahan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<String>,
    /// Patokan: what everybody there knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landmark: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Whether somebody may die of it; `None`: nobody knows yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life_threat: Option<bool>,
    #[serde(skip_serializing_if = "Victims::is_unknown")]
    pub victims: Victims,
    /// What happened; the only field that may have several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who tells it, and what they have to do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter: Option<String>,
    /// Where they can be reached, as they said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter_number: Option<String>,
    /// What is dangerous there for those who come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazards: Option<String>,
    /// How one gets there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<String>,
}

/// How many people are hurt; `None`: not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Victims {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severe: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trapped: Option<u32>,
}

impl Victims {
    fn is_unknown(&self) -> bool {
        *self == Victims::default()
    }
}

/// What changes in a report, as it is asked for: a field that is absent stays, a null clears it. So
/// two windows that fill in different fields do not undo each other's work.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReportChange {
    #[serde(deserialize_with = "given")]
    pub location: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub district: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub village: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub landmark: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub category: Option<Option<Category>>,
    #[serde(deserialize_with = "given")]
    pub life_threat: Option<Option<bool>>,
    #[serde(deserialize_with = "given")]
    pub victims: Option<Option<VictimsChange>>,
    #[serde(deserialize_with = "given")]
    pub note: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub reporter: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub reporter_number: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub hazards: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    pub access: Option<Option<String>>,
}

/// The same for the victims, count by count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct VictimsChange {
    #[serde(deserialize_with = "given")]
    pub dead: Option<Option<u32>>,
    #[serde(deserialize_with = "given")]
    pub severe: Option<Option<u32>>,
    #[serde(deserialize_with = "given")]
    pub light: Option<Option<u32>>,
    #[serde(deserialize_with = "given")]
    pub trapped: Option<Option<u32>>,
}

impl Report {
    /// Whether nothing is known at all.
    pub fn is_empty(&self) -> bool {
        *self == Report::default()
    }

    /// The report as it is after a change.
    ///
    /// # Errors
    /// The first field that is too long or too large, by name.
    pub fn changed(&self, change: &ReportChange) -> Result<Report, Refusal> {
        let ReportChange {
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
        } = change;
        let mut report = self.clone();
        line("location", &mut report.location, location)?;
        line("district", &mut report.district, district)?;
        line("village", &mut report.village, village)?;
        line("landmark", &mut report.landmark, landmark)?;
        line("reporter", &mut report.reporter, reporter)?;
        line(
            "reporter_number",
            &mut report.reporter_number,
            reporter_number,
        )?;
        line("hazards", &mut report.hazards, hazards)?;
        line("access", &mut report.access, access)?;
        text(
            "note",
            &mut report.note,
            note,
            limits::REPORT_NOTE_CHARS_MAX,
            lines,
        )?;
        take(&mut report.category, category);
        take(&mut report.life_threat, life_threat);
        match victims {
            None => {}
            Some(None) => report.victims = Victims::default(),
            Some(Some(change)) => report.victims.change(change)?,
        }
        Ok(report)
    }
}

impl Victims {
    fn change(&mut self, change: &VictimsChange) -> Result<(), Refusal> {
        let VictimsChange {
            dead,
            severe,
            light,
            trapped,
        } = change;
        take(&mut self.dead, dead);
        take(&mut self.severe, severe);
        take(&mut self.light, light);
        take(&mut self.trapped, trapped);
        let all = [self.dead, self.severe, self.light, self.trapped];
        let too_many = |count: u32| count > limits::REPORT_VICTIMS_MAX;
        if all.into_iter().flatten().any(too_many) {
            return Err(Refusal::BadField {
                field: "victims",
                limit: Some(limits::REPORT_VICTIMS_MAX as usize),
            });
        }
        Ok(())
    }
}

fn take<T: Clone>(place: &mut Option<T>, change: &Option<Option<T>>) {
    if let Some(new) = change {
        place.clone_from(new);
    }
}

/// A field of one line: what a paste brings along of other lines follows on the same one.
fn line(
    field: &'static str,
    place: &mut Option<String>,
    change: &Option<Option<String>>,
) -> Result<(), Refusal> {
    let one_line = |typed: &str| -> String {
        let on_one = |c: char| if c.is_control() { ' ' } else { c };
        typed.chars().map(on_one).collect()
    };
    text(
        field,
        place,
        change,
        limits::REPORT_LINE_CHARS_MAX,
        one_line,
    )
}

/// Several lines as they were typed; what does not show is left out.
fn lines(typed: &str) -> String {
    let typed = typed
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}'], "\n");
    let shows = |c: &char| *c == '\n' || *c == '\t' || !c.is_control();
    typed.chars().filter(shows).collect()
}

fn text(
    field: &'static str,
    place: &mut Option<String>,
    change: &Option<Option<String>>,
    limit: usize,
    tidy: impl Fn(&str) -> String,
) -> Result<(), Refusal> {
    let Some(typed) = change else {
        return Ok(());
    };
    let tidied = typed.as_deref().map(tidy).unwrap_or_default();
    let tidied = tidied.trim();
    if tidied.chars().count() > limit {
        let limit = Some(limit);
        return Err(Refusal::BadField { field, limit });
    }
    *place = (!tidied.is_empty()).then(|| tidied.to_owned());
    Ok(())
}

/// A field that is there, be it null.
fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn change(json: &str) -> ReportChange {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_is_absent_stays_and_a_null_clears() {
        let first = change(r#"{"location": " Pasar Induk ", "victims": {"dead": 1, "light": 2}}"#);
        let report = Report::default().changed(&first).unwrap();
        assert_eq!(report.location.as_deref(), Some("Pasar Induk"));
        let second = change(r#"{"category": "fire", "victims": {"light": null, "trapped": 1}}"#);
        let report = report.changed(&second).unwrap();
        assert_eq!(report.location.as_deref(), Some("Pasar Induk"));
        assert_eq!(report.category, Some(Category::Fire));
        let victims = report.victims;
        assert_eq!(
            (victims.dead, victims.light, victims.trapped),
            (Some(1), None, Some(1))
        );
        let cleared = change(r#"{"location": "  ", "category": null, "victims": null}"#);
        assert!(report.changed(&cleared).unwrap().is_empty());
    }

    #[test]
    fn a_note_keeps_its_lines_and_other_fields_have_one() {
        let pasted = change(r#"{"note": "satu\r\ndua\u0000\n", "location": "Jalan\r\nPoros"}"#);
        let report = Report::default().changed(&pasted).unwrap();
        assert_eq!(report.note.as_deref(), Some("satu\ndua"));
        assert_eq!(report.location.as_deref(), Some("Jalan  Poros"));
    }

    #[test]
    fn a_field_that_is_too_long_is_named() {
        for (field, limit) in [
            ("location", limits::REPORT_LINE_CHARS_MAX),
            ("note", limits::REPORT_NOTE_CHARS_MAX),
        ] {
            let json = |len| serde_json::json!({ field: "é".repeat(len) }).to_string();
            assert!(Report::default().changed(&change(&json(limit))).is_ok());
            assert_eq!(
                Report::default().changed(&change(&json(limit + 1))),
                Err(Refusal::BadField {
                    field,
                    limit: Some(limit)
                })
            );
        }
        let many = change(r#"{"victims": {"dead": 10000}}"#);
        assert!(Report::default().changed(&many).is_err());
    }

    #[test]
    fn what_nobody_knows_is_not_written_down() {
        assert_eq!(serde_json::to_string(&Report::default()).unwrap(), "{}");
    }
}
