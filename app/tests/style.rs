//! The style sheets: enough contrast in both themes (WCAG 2.2, 1.4.3 and 1.4.11), and small.

use std::{collections::HashMap, fs, path::Path};

const TEXT: f64 = 4.5;
const CONTROL: f64 = 3.0;

/// Foreground, background, and the least ratio between them.
const PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "ground", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "sunken", TEXT),
    ("ink", "attention-tint", TEXT),
    ("ink", "danger-tint", TEXT),
    ("ink", "good-tint", TEXT),
    ("ink", "accent-tint", TEXT),
    ("soft", "ground", TEXT),
    ("soft", "surface", TEXT),
    ("soft", "sunken", TEXT),
    ("accent", "ground", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "sunken", TEXT),
    ("accent", "danger-tint", TEXT),
    ("accent", "attention-tint", TEXT),
    ("accent-strong", "accent-tint", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("good", "good-tint", TEXT),
    ("attention", "attention-tint", TEXT),
    ("attention", "surface", TEXT),
    ("attention", "ground", TEXT),
    ("danger", "danger-tint", TEXT),
    ("danger", "surface", TEXT),
    ("danger", "sunken", TEXT),
    ("danger", "ground", TEXT),
    ("surface", "danger", TEXT),
    ("danger-strong", "danger-tint", TEXT),
    ("edge", "surface", CONTROL),
    ("edge", "ground", CONTROL),
    ("accent", "accent-tint", CONTROL),
];

#[test]
fn contrast_in_both_themes() {
    let css = fs::read_to_string(style().join("tokens.css")).unwrap();
    let (light, dark) = css.split_once("@media (prefers-color-scheme: dark)").unwrap();
    for (theme, text) in [("light", light), ("dark", dark)] {
        let colours = colours(text);
        let colour = |name: &str| *colours.get(name).unwrap_or_else(|| panic!("{theme} has no --{name}"));
        for (front, back, least) in PAIRS {
            let found = ratio(colour(front), colour(back));
            println!("{theme:5} {front:>13} on {back:<14} {found:5.2}");
            assert!(found >= *least, "{theme}: --{front} on --{back} is {found:.2}, needs {least}");
        }
    }
}

#[test]
fn all_sheets_together_are_small_and_fetch_nothing() {
    let mut size = 0;
    for folder in [style(), style().join("components")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "css") {
                let css = fs::read_to_string(&path).unwrap();
                assert!(!css.contains("url(") && !css.contains("@import"), "{}", path.display());
                size += css.len();
            }
        }
    }
    assert!((1_000..=32_000).contains(&size), "{size} bytes");
}

fn style() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../style")
}

fn colours(css: &str) -> HashMap<&str, u32> {
    css.lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": #")?;
            Some((name, u32::from_str_radix(value.strip_suffix(';')?, 16).ok()?))
        })
        .collect()
}

fn ratio(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(rgb: u32) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from((rgb >> shift) & 0xff) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}
