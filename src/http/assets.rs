//! Style, scripts and pictures, compiled in with a hash in the name and a brotli twin.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

/// One file.
pub struct Asset {
    /// As the templates call it: `board.js`.
    pub name: &'static str,
    /// As browsers ask for it: `board.0123456789abcdef.js`.
    pub hashed: &'static str,
    pub media_type: &'static str,
    pub body: &'static [u8],
    /// `None` for what is compressed already.
    pub brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));
include!(concat!(env!("OUT_DIR"), "/icons.rs"));

/// The shapes of an icon, to be put into a page between `<svg>` and `</svg>`.
pub fn icon(name: &str) -> Option<&'static str> {
    let icon = ICONS.iter().find(|(known, _)| *known == name);
    icon.map(|(_, shapes)| *shapes)
}

/// The path of an asset for a template.
pub fn path(name: &str) -> Option<String> {
    let asset = ASSETS.iter().find(|asset| asset.name == name)?;
    Some(format!("/assets/{}", asset.hashed))
}

/// An asset by the name browsers ask for.
pub fn find(hashed: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.hashed == hashed)
}

/// An asset by the name templates use.
pub fn named(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

impl Asset {
    /// The file, compressed if the browser can read that; it never changes under this name.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let accepted = request.headers().get(header::ACCEPT_ENCODING);
        let accepted = accepted.and_then(|v| v.to_str().ok()).unwrap_or_default();
        let reads_brotli = accepted.split(',').any(|coding| coding.trim() == "br");
        let mut response = HttpResponse::Ok();
        response
            .content_type(self.media_type)
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .insert_header((header::VARY, "accept-encoding"));
        match self.brotli.filter(|_| reads_brotli) {
            Some(twin) => response
                .insert_header((header::CONTENT_ENCODING, "br"))
                .body(twin),
            None => response.body(self.body),
        }
    }
}
