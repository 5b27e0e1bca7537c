//! The office's own certificates, as other software judges them.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use siaga112::base::time::{Stamp, Trust, Wall};
use siaga112::pki::{Pki, Setup};

use super::office::Office;
use super::wire;

fn now() -> Stamp {
    Stamp {
        at: Wall::parse("2026-11-21T00:00:00Z").unwrap(),
        trust: Trust::Synchronised,
    }
}

fn setup(folder: &std::path::Path) -> Setup {
    Setup {
        data_dir: folder.to_owned(),
        centre: "112 Kabupaten Contoh".into(),
        names: vec!["siaga112.local".into()],
        addresses: vec!["192.168.10.5".parse().unwrap()],
    }
}

/// What an independent verifier that trusts the office says about a leaf for a name at a time.
fn judge(pki: &Pki, leaf: &CertificateDer<'_>, name: &str, at: Wall) -> bool {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(pki.authority_der().to_vec()))
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider)
        .build()
        .unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let at = UnixTime::since_unix_epoch(std::time::Duration::from_millis(at.0 as u64));
    verifier
        .verify_server_cert(leaf, &[], &name, &[], at)
        .is_ok()
}

#[test]
fn browsers_that_trust_the_office_accept_its_names_and_addresses() {
    let office = Office::fresh();
    for name in ["localhost", "siaga112.local", "127.0.0.1"] {
        let mut stream = wire::connect(office.address, name, &office.tls);
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            .expect(name);
    }
    let mut stream = wire::connect(office.address, "bank.example", &office.tls);
    assert!(stream.write_all(b"GET / HTTP/1.1\r\n\r\n").is_err());
}

#[test]
fn the_authority_cannot_vouch_for_anybody_elses_site() {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::open(&setup(folder.path()), now()).unwrap();
    let key = std::fs::read_to_string(folder.path().join("secret/ca.key")).unwrap();
    let issuer =
        Issuer::from_ca_cert_pem(pki.authority_pem(), KeyPair::from_pem(&key).unwrap()).unwrap();
    let leaf_key = KeyPair::generate().unwrap();
    let certify = |name: &str| {
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.signed_by(&leaf_key, &issuer).unwrap().der().clone()
    };
    for (name, accepted) in [
        ("siaga112.local", true),
        ("lain.lan", true),
        ("10.9.8.7", true),
        ("bank.example", false),
        ("local.bank.example", false),
        ("8.8.8.8", false),
    ] {
        assert_eq!(
            judge(&pki, &certify(name), name, now().at),
            accepted,
            "{name}"
        );
    }
}

#[test]
fn keys_are_for_the_service_alone_and_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = Pki::open(&setup(folder.path()), now()).unwrap();
    let secret = folder.path().join("secret");
    assert_eq!(
        std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777,
        0o700
    );
    for entry in std::fs::read_dir(&secret).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
    }
    let again = Pki::open(&setup(folder.path()), now()).unwrap();
    assert_eq!(first.fingerprint(), again.fingerprint());
    assert_eq!(first.leaf(), again.leaf());
}

#[test]
fn a_moved_cable_gets_a_new_leaf_without_a_restart_and_trust_stays() {
    let office = Office::fresh();
    let served = || {
        let mut stream = office.connect();
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            .unwrap();
        stream.conn.peer_certificates().unwrap()[0]
            .clone()
            .into_owned()
    };
    let before = served();
    assert_eq!(served(), before);
    let mut addresses = siaga112::pki::addresses::of_this_machine();
    addresses.push("192.168.77.5".parse().unwrap());
    let now = office.clock.now().stamp(Trust::Unconfirmed);
    assert!(office.pki.refresh(&addresses, now).unwrap());
    assert!(!office.pki.refresh(&addresses, now).unwrap());
    let after = served();
    assert_ne!(before, after);
    assert!(judge(
        &office.pki,
        &after,
        "192.168.77.5",
        office.clock.now().wall
    ));
}

#[test]
fn a_damaged_leaf_is_replaced_and_a_damaged_authority_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::open(&setup(folder.path()), now()).unwrap();
    let fingerprint = pki.fingerprint();
    let secret = folder.path().join("secret");
    std::fs::write(secret.join("leaf.crt"), "rusak").unwrap();
    assert_eq!(
        Pki::open(&setup(folder.path()), now())
            .unwrap()
            .fingerprint(),
        fingerprint
    );
    std::fs::write(secret.join("ca.crt"), "rusak").unwrap();
    let fault = Pki::open(&setup(folder.path()), now()).err().unwrap();
    assert_eq!(fault.code.id, "PKI-002");
    std::fs::remove_file(secret.join("ca.crt")).unwrap();
    let fault = Pki::open(&setup(folder.path()), now()).err().unwrap();
    assert_eq!(
        fault.code.id, "PKI-002",
        "never a new authority beside a key that is in use"
    );
}

#[test]
fn a_box_that_wakes_up_in_1970_still_makes_certificates_browsers_accept() {
    let folder = tempfile::tempdir().unwrap();
    let dead = Stamp {
        at: Wall(60_000),
        ..Stamp::default()
    };
    let pki = Pki::open(&setup(folder.path()), dead).unwrap();
    let (_, until) = pki.leaf();
    assert!(until > Wall::parse("2026-12-01T00:00:00Z").unwrap());
    assert!(pki.authority_until() > Wall::parse("2035-01-01T00:00:00Z").unwrap());
}
