//! The office's own certificate authority and the certificate the browsers see.
//!
//! Layer 2. The authority is made once, at the first start, for ten years; its name constraints
//! let it vouch only for the chosen names, `.local`, `.lan`, `localhost` and private addresses,
//! so that a computer which trusts it cannot be deceived about any other site. The leaf lives 397
//! days, is renewed when a third of that is left or when names or addresses change, and is swapped
//! under running connections.
//!
//! Everything is kept in `<data>/secret/`, the directory 0700, each file 0600.

pub mod addresses;
mod authority;
mod leaf;
mod names;
mod vault;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::base::fault::Fault;
use crate::base::time::{Stamp, Wall};
use authority::Authority;
use names::Wanted;

/// What the certificates are made for.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The program's data directory; keys go to `secret/` below it.
    pub data_dir: PathBuf,
    /// Name of the centre, shown by a browser that inspects the certificate.
    pub centre: String,
    /// Names browsers will use (`siaga112.local`); an address as text is taken as an address.
    pub names: Vec<String>,
    /// Addresses of this machine, see [`addresses::of_this_machine`].
    pub addresses: Vec<IpAddr>,
}

/// The authority, the current leaf and the place both are kept.
pub struct Pki {
    secret_dir: PathBuf,
    centre: String,
    names: Vec<String>,
    authority: Authority,
    provider: Arc<CryptoProvider>,
    current: Arc<HotCert>,
    state: Mutex<leaf::Meta>,
}

impl Pki {
    /// Loads what is there and makes what is missing.
    ///
    /// # Errors
    /// `PKI-001` if the directory or a file in it cannot be written; `PKI-002` if the authority's
    /// key or certificate is there but damaged (it is never replaced silently: every browser in
    /// the office trusts the old one); `PKI-003` if a certificate cannot be made.
    pub fn open(setup: &Setup, now: Stamp) -> Result<Pki, Fault> {
        let secret_dir = setup.data_dir.join("secret");
        vault::make_dir(&secret_dir)?;
        let authority = Authority::open(&secret_dir, &setup.centre, &setup.names, now.at)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let wanted = Wanted::new(&setup.names, &setup.addresses, authority.permitted_dns());
        let kept = leaf::load(&secret_dir, &provider);
        let (meta, key) = match kept {
            Some((meta, key)) if !meta.must_renew(&wanted, now) => (meta, key),
            Some((meta, _)) => leaf::issue(
                &secret_dir,
                &authority,
                &wanted,
                Some(&meta),
                now,
                &provider,
            )?,
            None => leaf::issue(&secret_dir, &authority, &wanted, None, now, &provider)?,
        };
        wanted.tell_left_out();
        Ok(Pki {
            secret_dir,
            centre: setup.centre.clone(),
            names: setup.names.clone(),
            authority,
            provider,
            current: Arc::new(HotCert(ArcSwap::from_pointee(key))),
            state: Mutex::new(meta),
        })
    }

    /// Issues and swaps in a new leaf if the addresses changed or its time is near; call it
    /// now and then (every ten minutes is plenty). `true` if there is a new one.
    ///
    /// # Errors
    /// As [`Pki::open`]; the old leaf stays in use.
    pub fn refresh(&self, addresses: &[IpAddr], now: Stamp) -> Result<bool, Fault> {
        let wanted = Wanted::new(&self.names, addresses, self.authority.permitted_dns());
        // A panic while holding the lock leaves the old, valid meta behind.
        let mut state = self.state.lock().unwrap_or_else(|e| e.into_inner());
        if !state.must_renew(&wanted, now) {
            return Ok(false);
        }
        let (meta, key) = leaf::issue(
            &self.secret_dir,
            &self.authority,
            &wanted,
            Some(&state),
            now,
            &self.provider,
        )?;
        wanted.tell_left_out();
        *state = meta;
        self.current.0.store(Arc::new(key));
        Ok(true)
    }

    /// TLS 1.3 and 1.2 without client certificates; every handshake takes the newest leaf.
    ///
    /// # Errors
    /// `PKI-003` if the provider lacks a protocol version, which a build of ours does not.
    pub fn server_config(&self) -> Result<rustls::ServerConfig, Fault> {
        let builder = rustls::ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|e| Fault::because(&MAKE, "menyiapkan TLS", e))?;
        let mut config = builder
            .with_no_client_auth()
            .with_cert_resolver(self.current.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// The authority's certificate, for the computers of the office.
    pub fn authority_pem(&self) -> &str {
        self.authority.pem()
    }

    /// The authority's certificate as browsers import it.
    pub fn authority_der(&self) -> &[u8] {
        self.authority.der()
    }

    /// SHA-256 of the authority's certificate, `AB:CD:…`, to compare by eye.
    pub fn fingerprint(&self) -> String {
        self.authority.fingerprint()
    }

    /// The authority's last day.
    pub fn authority_until(&self) -> Wall {
        self.authority.until()
    }

    /// Names and addresses of the current leaf, and its last moment.
    pub fn leaf(&self) -> (Vec<String>, Wall) {
        let state = self.state.lock().unwrap_or_else(|e| e.into_inner());
        (state.subjects(), Wall(state.not_after_ms))
    }

    /// Name of the centre it was made for.
    pub fn centre(&self) -> &str {
        &self.centre
    }

    /// Where the keys are.
    pub fn secret_dir(&self) -> &Path {
        &self.secret_dir
    }
}

/// Names, addresses and last moment of the certificate in the data folder, without making or
/// renewing anything; `None` if there is none that can be used.
pub fn look(data_dir: &Path) -> Option<(Vec<String>, Wall)> {
    let provider = rustls::crypto::ring::default_provider();
    let (meta, _) = leaf::load(&data_dir.join("secret"), &provider)?;
    Some((meta.subjects(), Wall(meta.not_after_ms)))
}

/// The leaf in use, replaced between two handshakes.
#[derive(Debug)]
struct HotCert(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for HotCert {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

crate::codes! {
    /// A file of the key directory cannot be written or read.
    FILES = "PKI-001",
        "Kunci dan sertifikat tidak dapat disimpan atau dibaca, sehingga alamat https tidak bisa dibuka",
        "Periksa izin dan sisa ruang pada direktori data, lalu mulai lagi";
    /// The authority is damaged.
    DAMAGED = "PKI-002",
        "Otoritas sertifikat kantor rusak, sehingga browser yang sudah mempercayainya akan menolak",
        "Pulihkan direktori 'secret' dari cadangan; bila tidak ada, pindahkan isinya dan mulai lagi, lalu pasang ca.crt baru di setiap komputer";
    /// A certificate cannot be made.
    MAKE = "PKI-003",
        "Sertifikat tidak dapat dibuat",
        "Periksa nama pada [web] names dan jam komputer, lalu mulai lagi";
}
