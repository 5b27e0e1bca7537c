//! Compiles the pages' assets in: a hash in each name, a brotli twin beside each body that has one,
//! and the icons as they are put into pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("web");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut found = Vec::new();
    for folder in ["style", "script", "img", "vendor"] {
        collect(&root.join(folder), &mut found)?;
    }
    fs::write(out.join("assets.rs"), assets(&found, &out)?)?;
    fs::write(out.join("icons.rs"), icons(&found)?)?;
    let mut templates = Vec::new();
    for folder in ["pages", "parts"] {
        collect(&root.join(folder), &mut templates)?;
    }
    fs::write(out.join("templates.rs"), templates_of(&templates)?)?;
    Ok(())
}

/// Every file below a folder.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failed> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let entries: Result<Vec<_>, _> = fs::read_dir(folder)?.collect();
    let mut paths: Vec<PathBuf> = entries?.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            println!("cargo:rerun-if-changed={}", path.display());
            found.push(path);
        }
    }
    Ok(())
}

/// Styles come last: they name the others.
fn assets(found: &[PathBuf], out: &Path) -> Result<String, Failed> {
    let mut code = String::from("/// Every asset.\npub static ASSETS: &[Asset] = &[\n");
    let mut hashed = BTreeMap::new();
    let is_style = |path: &&PathBuf| path.extension().is_some_and(|e| e == "css");
    let (styles, others): (Vec<_>, Vec<_>) = found.iter().partition(is_style);
    for file in others.into_iter().chain(styles) {
        let Some(media_type) = media_type(file) else {
            continue;
        };
        let name = name_of(file)?;
        let mut body = fs::read(file)?;
        if media_type.starts_with("text/css") {
            body = with_hashed_names(&String::from_utf8(body)?, &hashed)?.into_bytes();
        }
        let (stem, extension) = name.rsplit_once('.').ok_or("a file without an extension")?;
        let path = format!("{stem}.{}.{extension}", short_hash(&body));
        if hashed.insert(name.clone(), path.clone()).is_some() {
            return Err(format!("two assets are called {name}").into());
        }
        let kept = out.join(&name);
        fs::write(&kept, &body)?;
        let twin = match extension {
            // Compressed already.
            "woff2" => "None".to_owned(),
            _ => {
                let file = out.join(format!("{name}.br"));
                fs::write(&file, brotli(&body)?)?;
                format!("Some(include_bytes!({file:?}))")
            }
        };
        writeln!(
            code,
            "Asset {{ name: {name:?}, hashed: {path:?}, media_type: {media_type:?}, \
             body: include_bytes!({kept:?}), brotli: {twin} }},"
        )?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// What is inside each `<svg>`: the pages draw the frame around it.
fn icons(found: &[PathBuf]) -> Result<String, Failed> {
    let mut code = String::from("/// Every icon.\npub static ICONS: &[(&str, &str)] = &[\n");
    let is_icon = |path: &&PathBuf| path.extension().is_some_and(|e| e == "svg");
    let vendored = |path: &&PathBuf| path.components().any(|part| part.as_os_str() == "lucide");
    for file in found.iter().filter(is_icon).filter(vendored) {
        let text = fs::read_to_string(file)?;
        let after = text
            .split_once("<svg")
            .and_then(|(_, rest)| rest.split_once('>'));
        let inside = after.and_then(|(_, rest)| rest.split_once("</svg>"));
        let (inside, _) = inside.ok_or_else(|| format!("{}: no svg", file.display()))?;
        let shapes: Vec<&str> = inside.lines().map(str::trim).collect();
        let name = name_of(file)?;
        let name = name.trim_end_matches(".svg");
        writeln!(code, "({name:?}, {:?}),", shapes.concat())?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// Every page and part by its file's name.
fn templates_of(found: &[PathBuf]) -> Result<String, Failed> {
    let mut code =
        String::from("/// Every template.\npub static TEMPLATES: &[(&str, &str)] = &[\n");
    let mut names = BTreeSet::new();
    for file in found {
        let name = name_of(file)?;
        writeln!(code, "({name:?}, include_str!({file:?})),")?;
        if !names.insert(name.clone()) {
            return Err(format!("a page and a part are both named {name}").into());
        }
    }
    code.push_str("];\n");
    Ok(code)
}

/// `None`: not for browsers (a licence, a version; icons go into pages).
fn media_type(file: &Path) -> Option<&'static str> {
    let is_icon = file.components().any(|part| part.as_os_str() == "lucide");
    match file.extension()?.to_str()? {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" if !is_icon => Some("image/svg+xml"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

/// `url("name")` becomes the path browsers ask for.
fn with_hashed_names(style: &str, hashed: &BTreeMap<String, String>) -> Result<String, Failed> {
    let mut parts = style.split("url(\"");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('"').ok_or("a url without an end")?;
        let path = hashed.get(name).ok_or_else(|| format!("no asset {name}"))?;
        write!(written, "url(\"/assets/{path}\"{rest}")?;
    }
    Ok(written)
}

/// What templates call a file. The `index.js` of a library has the name of its folder.
fn name_of(file: &Path) -> Result<String, Failed> {
    let text = |path: &Path| path.file_name().and_then(|n| n.to_str()).map(str::to_owned);
    let name = text(file).ok_or("a file name that is not text")?;
    match (name.as_str(), file.parent().and_then(text)) {
        ("index.js", Some(folder)) => Ok(format!("{folder}.js")),
        _ => Ok(name),
    }
}

fn short_hash(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    digest.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn brotli(body: &[u8]) -> Result<Vec<u8>, Failed> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(body)?;
    Ok(writer.into_inner())
}
