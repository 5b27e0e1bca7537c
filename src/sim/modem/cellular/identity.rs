//! Who the device says it is.

use super::super::command::{Command, Kind};
use super::super::core::{Core, Done};
use super::super::dice::Dice;
use super::Cellular;
use super::persona::Dialect;

/// The numbers of this device and its SIM; invented, different for every seed.
#[derive(Debug)]
pub struct Numbers {
    pub imei: String,
    pub imsi: String,
    pub iccid: String,
    pub own: String,
}

impl Numbers {
    pub fn invented(seed: u64) -> Numbers {
        let mut dice = Dice::new(seed ^ 0x51A6_A112);
        let tail = dice.below(1_000_000);
        Numbers {
            // Reporting body 00 is for test devices, 001-01 is the test network.
            imei: with_luhn(format!("00101200{tail:06}")),
            imsi: format!("001010000{tail:06}"),
            iccid: with_luhn(format!("896200101000{tail:06}")),
            own: format!("+62840000{:05}", tail % 100_000),
        }
    }
}

/// The check digit of IMEI and ICCID (ISO/IEC 7812).
fn with_luhn(digits: String) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            match (at % 2, digit) {
                (0, d) if d > 4 => d * 2 - 9,
                (0, d) => d * 2,
                (_, d) => d,
            }
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

impl Cellular {
    pub(super) fn identity_command(&mut self, core: &mut Core, command: &Command) -> Option<Done> {
        let persona = self.persona;
        let line = match command.name.as_str() {
            "+CGMI" | "+GMI" => persona.manufacturer.to_owned(),
            "+CGMM" | "+GMM" => persona.model.to_owned(),
            "+CGMR" | "+GMR" => match persona.dialect {
                Dialect::Simcom => format!("+CGMR: {}", persona.revision),
                Dialect::Sim800 => format!("Revision:{}", persona.revision),
                Dialect::Huawei | Dialect::Quectel | Dialect::Plain => persona.revision.to_owned(),
            },
            "+CGSN" | "+GSN" => self.numbers.imei.clone(),
            "+GCAP" => "+GCAP: +CGSM,+DS,+ES".to_owned(),
            "I" => return Some(self.inform(core)),
            _ => return None,
        };
        if command.kind == Kind::Exec {
            core.info.push(line);
        }
        Some(Done::Ok)
    }

    fn inform(&self, core: &mut Core) -> Done {
        let persona = self.persona;
        let lines = match persona.dialect {
            Dialect::Quectel => vec![
                persona.manufacturer.to_owned(),
                persona.model.to_owned(),
                format!("Revision: {}", persona.revision),
            ],
            Dialect::Sim800 => vec!["SIM800 R14.18".to_owned()],
            Dialect::Huawei | Dialect::Simcom | Dialect::Plain => vec![
                format!("Manufacturer: {}", persona.manufacturer),
                format!("Model: {}", persona.model),
                format!("Revision: {}", persona.revision),
                format!("IMEI: {}", self.numbers.imei),
                "+GCAP: +CGSM,+DS,+ES".to_owned(),
            ],
        };
        core.info.extend(lines);
        Done::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_numbers_have_the_length_and_check_digit_of_real_ones() {
        assert_eq!(with_luhn("7992739871".into()), "79927398713");
        let numbers = Numbers::invented(3);
        assert_eq!(
            (numbers.imei.len(), numbers.imsi.len(), numbers.iccid.len()),
            (15, 15, 19)
        );
        assert!(numbers.own.starts_with("+62840"));
    }
}
