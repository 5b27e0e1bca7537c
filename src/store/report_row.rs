//! The report of a call as part of its row.

use super::codec::{BadRow, Field, Put, fields};
use super::rows::Coded;
use crate::desk::category::Category;
use crate::desk::report::{Report, Victims};

/// The fields that are known.
pub fn put_report(report: &Report) -> Vec<u8> {
    // Every field is named, so that one that is added cannot be forgotten here.
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
    } = report;
    let Victims {
        dead,
        severe,
        light,
        trapped,
    } = victims;
    let mut put = Put::default();
    let texts = [
        (1, location),
        (2, district),
        (3, village),
        (4, landmark),
        (5, note),
        (6, reporter),
        (7, reporter_number),
        (8, hazards),
        (9, access),
    ];
    for (tag, text) in texts {
        if let Some(text) = text {
            put.bytes(tag, text.as_bytes());
        }
    }
    put.maybe(10, category.map(Category::code));
    put.maybe(11, life_threat.map(u64::from));
    for (tag, count) in (12..).zip([dead, severe, light, trapped]) {
        put.maybe(tag, count.map(u64::from));
    }
    put.done()
}

/// Back from [`put_report`].
///
/// # Errors
/// [`BadRow`] if it is not a report, or one of a category this program does not know.
pub fn take_report(content: &[u8]) -> Result<Report, BadRow> {
    let mut report = Report::default();
    for field in fields(content) {
        let (tag, field) = field?;
        let text = |field: Field<'_>| field.text().map(|text| Some(text.to_owned()));
        let count = |field: Field<'_>| {
            let count = u32::try_from(field.number()?).map_err(|_| BadRow)?;
            Ok::<_, BadRow>(Some(count))
        };
        match tag {
            1 => report.location = text(field)?,
            2 => report.district = text(field)?,
            3 => report.village = text(field)?,
            4 => report.landmark = text(field)?,
            5 => report.note = text(field)?,
            6 => report.reporter = text(field)?,
            7 => report.reporter_number = text(field)?,
            8 => report.hazards = text(field)?,
            9 => report.access = text(field)?,
            10 => report.category = Some(Category::from_code(field.number()?).ok_or(BadRow)?),
            11 => report.life_threat = Some(field.number()? != 0),
            12 => report.victims.dead = count(field)?,
            13 => report.victims.severe = count(field)?,
            14 => report.victims.light = count(field)?,
            15 => report.victims.trapped = count(field)?,
            _ => {}
        }
    }
    Ok(report)
}
