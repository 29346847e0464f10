//! What a browser fetches: each file beside its `.gz` and `.br`, so that the server compresses nothing.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

/// How many bytes an asset has as it is and as it travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) plain: usize,
    pub(crate) gzip: usize,
    pub(crate) brotli: usize,
}

impl std::fmt::Display for Weight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kb = |bytes: usize| bytes as f64 / 1000.0;
        write!(f, "{:.1} kB, {:.1} kB gzip, {:.1} kB brotli", kb(self.plain), kb(self.gzip), kb(self.brotli))
    }
}

/// Writes `bytes` and its compressed siblings. Files that already hold these bytes keep their time stamps, so that
/// Cargo doesn't build the server again for nothing.
pub(crate) fn publish(file: &Path, bytes: &[u8]) -> Result<Weight> {
    let (gzip_file, brotli_file) = (sibling(file, "gz"), sibling(file, "br"));
    let unchanged = holds(file, bytes)?;
    if !(unchanged && gzip_file.is_file() && brotli_file.is_file()) {
        // The plain file last: an interrupted run is then seen as unfinished by the next.
        write(&gzip_file, &gzip(bytes)?)?;
        write(&brotli_file, &brotli(bytes)?)?;
        if !unchanged {
            write(file, bytes)?;
        }
    }
    weigh(file)
}

/// The sizes of an asset and its siblings on disk.
pub(crate) fn weigh(file: &Path) -> Result<Weight> {
    let size = |path: &Path| -> Result<usize> {
        let length = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
        Ok(usize::try_from(length)?)
    };
    Ok(Weight { plain: size(file)?, gzip: size(&sibling(file, "gz"))?, brotli: size(&sibling(file, "br"))? })
}

/// Removes an asset and its siblings, where they exist.
pub(crate) fn withdraw(file: &Path) -> Result<()> {
    for path in [file.to_path_buf(), sibling(file, "gz"), sibling(file, "br")] {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

fn holds(file: &Path, bytes: &[u8]) -> Result<bool> {
    match fs::read(file) {
        Ok(present) => Ok(present == bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

fn sibling(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut packed = Vec::new();
    let mut source = bytes;
    brotli::BrotliCompress(&mut source, &mut packed, &parameters)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-assets-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn siblings_unpack_to_the_same_bytes() {
        let folder = folder("siblings");
        let file = folder.join("app.css");
        let text = "a { color: red }\n".repeat(200);
        let weight = publish(&file, text.as_bytes()).unwrap();

        let mut unzipped = String::new();
        let packed = fs::read(folder.join("app.css.gz")).unwrap();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut unzipped).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut fs::read(folder.join("app.css.br")).unwrap().as_slice(), &mut unpacked)
            .unwrap();
        assert_eq!(unzipped, text);
        assert_eq!(unpacked, text.as_bytes());
        assert!(weight.gzip < weight.plain && weight.brotli < weight.plain);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_same_bytes_leave_the_files_untouched_and_others_replace_all_three() {
        let folder = folder("untouched");
        let file = folder.join("app.js");
        publish(&file, b"first").unwrap();
        let before = fs::metadata(&file).unwrap().modified().unwrap();
        let packed = fs::read(folder.join("app.js.gz")).unwrap();
        publish(&file, b"first").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
        publish(&file, b"second").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"second");
        assert_ne!(fs::read(folder.join("app.js.gz")).unwrap(), packed);
        withdraw(&file).unwrap();
        withdraw(&file).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir_all(folder).unwrap();
    }
}
