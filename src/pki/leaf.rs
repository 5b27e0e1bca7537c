//! The certificate browsers see: when to renew it, how to make it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    SanType,
};
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};

use super::authority::{self, Authority};
use super::names::Wanted;
use super::{MAKE, vault};
use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::time::{Stamp, Trust, Wall};

/// What has to be known of the leaf without parsing it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Meta {
    subjects: Vec<String>,
    not_before_ms: i64,
    pub(super) not_after_ms: i64,
}

impl Meta {
    /// Whether a new one is due.
    ///
    /// A clock that shows a time before the leaf was made is believed only if something confirms
    /// it: a mini-PC with a dead battery wakes up in the past every morning, and its browsers know
    /// better.
    pub(super) fn must_renew(&self, wanted: &Wanted, now: Stamp) -> bool {
        let third_ms = (self.not_after_ms - self.not_before_ms) / 3;
        let early = now.at.0 < self.not_before_ms && now.trust >= Trust::Network;
        let late = now.at.0 >= self.not_after_ms - third_ms;
        early || late || self.subjects != wanted.subjects()
    }

    pub(super) fn subjects(&self) -> Vec<String> {
        self.subjects.clone()
    }

    /// When it was made.
    fn made(&self) -> Wall {
        Wall(self.not_before_ms) + BACKDATED
    }
}

/// The leaf on disk, if there is a whole one that can be used. A damaged leaf is simply replaced.
pub(super) fn load(dir: &Path, provider: &CryptoProvider) -> Option<(Meta, CertifiedKey)> {
    let meta = vault::read(&dir.join(META_FILE)).ok()??;
    let pem = vault::read(&dir.join(CERT_FILE)).ok()??;
    let key = vault::read(&dir.join(KEY_FILE)).ok()??;
    let meta = serde_json::from_str(&meta).ok()?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).ok()?;
    let certified = CertifiedKey::from_der(chain.ok()?, key, provider).ok()?;
    Some((meta, certified))
}

/// Makes a leaf with a new key, stores it, and hands it over for use.
pub(super) fn issue(
    dir: &Path,
    authority: &Authority,
    wanted: &Wanted,
    before: Option<&Meta>,
    now: Stamp,
    provider: &Arc<CryptoProvider>,
) -> Result<(Meta, CertifiedKey), Fault> {
    let failed = |e: rcgen::Error| Fault::because(&MAKE, "membuat sertifikat", e);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
    let made = believable(now, before);
    let meta = Meta {
        subjects: wanted.subjects(),
        not_before_ms: made.0 - i64::try_from(BACKDATED.as_millis()).unwrap_or_default(),
        not_after_ms: (made + LIFE).0,
    };
    let certificate = params(wanted, &meta)
        .map_err(failed)?
        .signed_by(&key, authority.issuer())
        .map_err(failed)?;
    let chain = format!("{}{}", certificate.pem(), authority.pem());
    let meta_text =
        serde_json::to_string(&meta).map_err(|e| Fault::because(&MAKE, "membuat sertifikat", e))?;
    // The meta is written last and names the others: without it the leaf is made again.
    vault::remove(&dir.join(META_FILE))?;
    vault::write(&dir.join(KEY_FILE), &key.serialize_pem())?;
    vault::write(&dir.join(CERT_FILE), &chain)?;
    vault::write(&dir.join(META_FILE), &meta_text)?;
    let der = vec![certificate.der().clone(), authority.der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der())
        .map_err(|e| Fault::because(&MAKE, "membuat sertifikat", e))?;
    let certified = CertifiedKey::from_der(der, key, provider)
        .map_err(|e| Fault::because(&MAKE, "membuat sertifikat", e))?;
    Ok((meta, certified))
}

fn params(wanted: &Wanted, meta: &Meta) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::default();
    let from = Wall(meta.not_before_ms);
    authority::set_span(&mut params, from, Wall(meta.not_after_ms));
    params.distinguished_name = authority::distinguished("siaga112");
    for name in &wanted.dns {
        params
            .subject_alt_names
            .push(SanType::DnsName(name.as_str().try_into()?));
    }
    for address in &wanted.ips {
        params.subject_alt_names.push(SanType::IpAddress(*address));
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// The time a leaf is dated from: never before the program existed, and not before the previous
/// leaf unless something confirms the clock.
fn believable(now: Stamp, before: Option<&Meta>) -> Wall {
    let shown = now.at.max(limits::CLOCK_FLOOR);
    match before {
        Some(meta) if now.trust < Trust::Network => shown.max(meta.made()),
        Some(_) | None => shown,
    }
}

/// 397 days: the longest that browsers accept of a leaf (CA/Browser Forum, ballot SC31, 398 days).
const LIFE: Duration = Duration::from_secs(397 * 86_400);
/// A computer whose clock is two days slow still accepts it.
const BACKDATED: Duration = Duration::from_secs(2 * 86_400);
const KEY_FILE: &str = "leaf.key";
const CERT_FILE: &str = "leaf.crt";
const META_FILE: &str = "leaf.json";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn at(day: i64, trust: Trust) -> Stamp {
        Stamp {
            at: Wall(limits::CLOCK_FLOOR.0 + day * DAY_MS),
            trust,
        }
    }

    fn meta(wanted: &Wanted) -> Meta {
        Meta {
            subjects: wanted.subjects(),
            not_before_ms: limits::CLOCK_FLOOR.0 + 98 * DAY_MS,
            not_after_ms: limits::CLOCK_FLOOR.0 + 497 * DAY_MS,
        }
    }

    #[test]
    fn a_leaf_is_renewed_when_a_third_is_left_or_an_address_changed() {
        let wanted = Wanted::new(&[], &[], &[]);
        let meta = meta(&wanted);
        assert!(!meta.must_renew(&wanted, at(100, Trust::Unconfirmed)));
        assert!(!meta.must_renew(&wanted, at(363, Trust::Unconfirmed)));
        assert!(meta.must_renew(&wanted, at(364, Trust::Unconfirmed)));
        let moved = Wanted::new(&[], &["10.0.0.9".parse().unwrap()], &[]);
        assert!(meta.must_renew(&moved, at(100, Trust::Unconfirmed)));
    }

    #[test]
    fn a_dead_clock_battery_does_not_bring_back_last_years_certificate() {
        let wanted = Wanted::new(&[], &[], &[]);
        let meta = meta(&wanted);
        assert!(!meta.must_renew(&wanted, at(-9_000, Trust::Unconfirmed)));
        assert!(meta.must_renew(&wanted, at(0, Trust::Network)));
        assert_eq!(
            believable(at(-9_000, Trust::Wrong), None),
            limits::CLOCK_FLOOR
        );
        assert_eq!(
            believable(at(1, Trust::Unconfirmed), Some(&meta)),
            meta.made()
        );
        assert_eq!(
            believable(at(1, Trust::Synchronised), Some(&meta)),
            at(1, Trust::Wrong).at
        );
    }
}
