//! What can have happened: the categories of a report. Labels and the words people use for them are
//! texts: `category.CODE` and `category.CODE.words`.

use serde::{Deserialize, Serialize};

/// What happened (domain.md 7.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Fire,
    Accident,
    Medical,
    Flood,
    /// Storms and earthquakes too.
    Landslide,
    /// People lost on land too.
    Drowning,
    Wildfire,
    DangerousAnimal,
    FallenTree,
    Electrical,
    Crime,
    /// Brawls too.
    Riot,
    StreetRace,
    PublicOrder,
    /// Violence against women and children outside the home too.
    DomesticViolence,
    MentalCrisis,
    Suicide,
    TrafficLamp,
    /// Water, roads, waste.
    Utilities,
    /// A patient or a body to be driven, nobody in danger.
    Ambulance,
    /// Locked in, a ring that is stuck, a cat in a drain.
    TechnicalHelp,
    BodyFound,
    Hazmat,
    Other,
}

impl Category {
    /// Every category, in the order screens show them.
    pub const ALL: [Category; 24] = [
        Category::Fire,
        Category::Accident,
        Category::Medical,
        Category::Flood,
        Category::Landslide,
        Category::Drowning,
        Category::Wildfire,
        Category::DangerousAnimal,
        Category::FallenTree,
        Category::Electrical,
        Category::Crime,
        Category::Riot,
        Category::StreetRace,
        Category::PublicOrder,
        Category::DomesticViolence,
        Category::MentalCrisis,
        Category::Suicide,
        Category::TrafficLamp,
        Category::Utilities,
        Category::Ambulance,
        Category::TechnicalHelp,
        Category::BodyFound,
        Category::Hazmat,
        Category::Other,
    ];

    /// As in the API, in the journal and in the names of texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Fire => "fire",
            Category::Accident => "accident",
            Category::Medical => "medical",
            Category::Flood => "flood",
            Category::Landslide => "landslide",
            Category::Drowning => "drowning",
            Category::Wildfire => "wildfire",
            Category::DangerousAnimal => "dangerous_animal",
            Category::FallenTree => "fallen_tree",
            Category::Electrical => "electrical",
            Category::Crime => "crime",
            Category::Riot => "riot",
            Category::StreetRace => "street_race",
            Category::PublicOrder => "public_order",
            Category::DomesticViolence => "domestic_violence",
            Category::MentalCrisis => "mental_crisis",
            Category::Suicide => "suicide",
            Category::TrafficLamp => "traffic_lamp",
            Category::Utilities => "utilities",
            Category::Ambulance => "ambulance",
            Category::TechnicalHelp => "technical_help",
            Category::BodyFound => "body_found",
            Category::Hazmat => "hazmat",
            Category::Other => "other",
        }
    }

    /// How urgent it usually is: 1 red, 2 yellow, 3 green, 4 information (domain.md TRI-06; where
    /// 7.2 gives none: 1 if people may be dying of it, 2 if it may become so, 3 otherwise).
    pub fn priority(self) -> u8 {
        match self {
            Category::Fire
            | Category::Accident
            | Category::Medical
            | Category::Landslide
            | Category::Drowning
            | Category::Crime
            | Category::Riot
            | Category::DomesticViolence
            | Category::Suicide
            | Category::Hazmat => 1,
            Category::Flood
            | Category::Wildfire
            | Category::DangerousAnimal
            | Category::Electrical
            | Category::MentalCrisis
            | Category::Ambulance
            | Category::BodyFound => 2,
            Category::FallenTree
            | Category::StreetRace
            | Category::PublicOrder
            | Category::TrafficLamp
            | Category::TechnicalHelp
            | Category::Other => 3,
            Category::Utilities => 4,
        }
    }

    /// Whether who and where must not be shown to those who do not need it: violence against
    /// somebody who lives with its author, and children.
    pub fn protected(self) -> bool {
        self == Category::DomesticViolence
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_category_is_written_by_its_own_code() {
        for category in Category::ALL {
            let written = serde_json::to_string(&category).unwrap();
            assert_eq!(written, format!("\"{}\"", category.as_str()));
            assert!((1..=4).contains(&category.priority()));
        }
        assert!(Category::ALL.is_sorted());
    }
}
