//! Makes the table of files that the binary carries: whatever lies in the site's `pkg` folder when the
//! server is built. Where the islands weren't built, there is only the style sheet, or nothing.

use std::{env, fmt::Write, fs, path::PathBuf};

fn main() {
    let site = env::var_os("BREACHDESK_SITE").map_or_else(|| PathBuf::from("../target/site"), PathBuf::from);
    let folder = site.join("pkg");
    println!("cargo:rerun-if-env-changed=BREACHDESK_SITE");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.ends_with(".gz") && !name.ends_with(".br"))
        .collect();
    names.sort();
    let mut table = String::from("pub(crate) static FILES: &[File] = &[\n");
    for name in &names {
        let path = folder.join(name);
        let Ok(path) = path.canonicalize() else { continue };
        println!("cargo:rerun-if-changed={}", path.display());
        let also = |ending: &str| {
            let packed = PathBuf::from(format!("{}.{ending}", path.display()));
            if packed.exists() {
                format!("Some(include_bytes!({:?}))", packed.display().to_string())
            } else {
                "None".to_owned()
            }
        };
        let _ = writeln!(
            table,
            "    File {{ name: {name:?}, plain: include_bytes!({:?}), gzip: {}, brotli: {} }},",
            path.display().to_string(),
            also("gz"),
            also("br")
        );
    }
    table.push_str("];\n");
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default().join("files.rs");
    if let Err(why) = fs::write(&out, table) {
        println!("cargo:warning=the table of files can't be written: {why}");
    }
}
