//! The office's certificate authority: made once, then only loaded.

use std::path::Path;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, GeneralSubtree,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{DAMAGED, MAKE, names, vault};
use crate::base::fault::Fault;
use crate::base::limits;
use crate::base::time::Wall;

/// Key and certificate of the authority.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
    meta: Meta,
}

/// What has to be known of the certificate without parsing it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Meta {
    permitted_dns: Vec<String>,
    not_after_ms: i64,
}

impl Authority {
    /// Loads it, or makes it if nothing at all is there.
    pub(super) fn open(
        dir: &Path,
        centre: &str,
        chosen: &[String],
        now: Wall,
    ) -> Result<Authority, Fault> {
        let key = vault::read(&dir.join(KEY_FILE))?;
        let pem = vault::read(&dir.join(CERT_FILE))?;
        let meta = vault::read(&dir.join(META_FILE))?;
        match (key, pem, meta) {
            (Some(key), Some(pem), Some(meta)) => Authority::load(&key, pem, &meta),
            // The key is written last, so without it nothing has been in use.
            (None, _, _) => Authority::make(dir, centre, chosen, now),
            (Some(_), _, _) => Err(Fault::new(&DAMAGED, format!("membaca {}", dir.display()))),
        }
    }

    fn load(key: &str, pem: String, meta: &str) -> Result<Authority, Fault> {
        let damaged = |e: Box<dyn std::error::Error + Send + Sync>| {
            Fault::because(&DAMAGED, "membaca otoritas", e)
        };
        let key = KeyPair::from_pem(key).map_err(|e| damaged(e.into()))?;
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|e| damaged(e.into()))?;
        let issuer = Issuer::from_ca_cert_der(&der, key).map_err(|e| damaged(e.into()))?;
        let meta = serde_json::from_str(meta).map_err(|e| damaged(e.into()))?;
        Ok(Authority {
            issuer,
            pem,
            der,
            meta,
        })
    }

    fn make(dir: &Path, centre: &str, chosen: &[String], now: Wall) -> Result<Authority, Fault> {
        let failed = |e: rcgen::Error| Fault::because(&MAKE, "membuat otoritas", e);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
        let permitted_dns = names::permitted_dns(chosen);
        let not_after = Wall(now.0.max(limits::CLOCK_FLOOR.0)) + LIFE;
        let params = params(centre, &permitted_dns, not_after);
        let certificate = params.self_signed(&key).map_err(failed)?;
        let meta = Meta {
            permitted_dns,
            not_after_ms: not_after.0,
        };
        let meta_text = serde_json::to_string(&meta)
            .map_err(|e| Fault::because(&MAKE, "membuat otoritas", e))?;
        let pem = certificate.pem();
        vault::write(&dir.join(META_FILE), &meta_text)?;
        vault::write(&dir.join(CERT_FILE), &pem)?;
        vault::write(&dir.join(KEY_FILE), &key.serialize_pem())?;
        let der = certificate.der().clone();
        let issuer = Issuer::new(params, key);
        Ok(Authority {
            issuer,
            pem,
            der,
            meta,
        })
    }

    pub(super) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }

    pub(super) fn permitted_dns(&self) -> &[String] {
        &self.meta.permitted_dns
    }

    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    pub(super) fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    pub(super) fn until(&self) -> Wall {
        Wall(self.meta.not_after_ms)
    }

    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.der);
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }
}

fn params(centre: &str, permitted_dns: &[String], not_after: Wall) -> CertificateParams {
    let mut params = CertificateParams::default();
    // Valid from a fixed day, so that a clock that jumps back never makes it "not yet valid".
    set_span(&mut params, limits::CLOCK_FLOOR, not_after);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name = distinguished(&format!("Otoritas kantor {centre}"));
    let mut permitted: Vec<GeneralSubtree> = permitted_dns
        .iter()
        .cloned()
        .map(GeneralSubtree::DnsName)
        .collect();
    permitted.extend(names::PRIVATE_V4.iter().map(|(base, prefix)| {
        GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(*base, *prefix))
    }));
    permitted.extend(names::PRIVATE_V6.iter().map(|(base, prefix)| {
        GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(base.octets(), *prefix))
    }));
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: permitted,
        excluded_subtrees: Vec::new(),
    });
    params
}

/// A subject; X.520 allows 64 characters.
pub(super) fn distinguished(common_name: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    let short: String = common_name.chars().take(64).collect();
    subject.push(DnType::CommonName, short);
    subject
}

/// Sets the span in which a certificate is valid.
pub(super) fn set_span(params: &mut CertificateParams, from: Wall, until: Wall) {
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_epoch(from);
    params.not_after = epoch + since_epoch(until);
}

fn since_epoch(wall: Wall) -> Duration {
    Duration::from_millis(u64::try_from(wall.0).unwrap_or_default())
}

/// Ten years.
const LIFE: Duration = Duration::from_secs(3_653 * 86_400);
const KEY_FILE: &str = "ca.key";
const CERT_FILE: &str = "ca.crt";
const META_FILE: &str = "ca.json";
