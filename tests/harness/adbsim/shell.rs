//! The phone's shell: the few commands a press asks for, read as a shell reads them.

use std::fs;
use std::io;

use sha2::{Digest, Sha256};

use super::transport::Stream;
use super::{Media, State, locked};

struct Output {
    exit: u8,
    stdout: String,
    stderr: String,
}

pub(super) async fn serve(stream: &mut Stream, state: &State, v2: bool, line: &str) -> io::Result<()> {
    locked(&state.seen).commands.push(line.to_owned());
    if state.faults().hang.is_some_and(|word| line.starts_with(&word)) {
        std::future::pending::<()>().await;
    }
    let words = split(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = run(state, &words);
    if !v2 {
        return stream.write(format!("{}{}", output.stdout, output.stderr).as_bytes()).await;
    }
    for (id, bytes) in [(1, output.stdout.as_bytes()), (2, output.stderr.as_bytes()), (3, &[output.exit])] {
        if !bytes.is_empty() {
            let length = u32::try_from(bytes.len()).expect("outputs are short");
            stream.write(&[&[id][..], &length.to_le_bytes(), bytes].concat()).await?;
        }
    }
    Ok(())
}

/// Words as a POSIX shell makes them of quotes and backslashes. No expansion: nobody needs it here.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

fn run(state: &State, words: &[&str]) -> Output {
    match words {
        ["getprop", key] => said(&format!("{}\n", property(state, key))),
        ["mkdir", "-p", path] => done(with(state, path, |path| fs::create_dir_all(path)), "mkdir", path),
        ["rm", "-f", path] => match with(state, path, |path| fs::remove_file(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => done(Err(error), "rm", path),
            Ok(()) | Err(_) => said(""),
        },
        ["mv", "-f", from, to] => {
            let moved = with(state, from, |from| with(state, to, |to| fs::rename(from, to)));
            done(moved, "mv", from)
        }
        ["sha256sum", path] => match with(state, path, |path| fs::read(path)) {
            Ok(bytes) => said(&format!("{}  {path}\n", hex(&Sha256::digest(bytes)))),
            Err(error) => done(Err(error), "sha256sum", path),
        },
        ["content", "call", "--uri", "content://media", "--method", "scan_file", "--arg", path] => {
            // Below Android 11 the provider wants an extra that this tool cannot pass.
            let listed = if state.sdk >= 30 { scan(state, path) } else { None };
            let uri = listed.map_or("null".to_owned(), |media| {
                format!("content://media/external_primary/video/media/{}", media.id)
            });
            said(&format!("Result: Bundle[{{android.intent.extra.STREAM={uri}}}]\n"))
        }
        ["am", "broadcast", "-a", "android.intent.action.MEDIA_SCANNER_SCAN_FILE", "-d", uri] => {
            // From Android 11 on it is taken and ignored.
            if state.sdk < 30 {
                scan(state, uri.strip_prefix("file://").unwrap_or_default());
            }
            said(
                "Broadcasting: Intent { act=android.intent.action.MEDIA_SCANNER_SCAN_FILE }\nBroadcast completed: result=0\n",
            )
        }
        [
            "content",
            "query",
            "--uri",
            "content://media/external/video/media",
            "--projection",
            "_id:_size:duration",
            "--where",
            clause,
        ] => said(&query(state, clause)),
        _ => Output { exit: 127, stdout: String::new(), stderr: format!("sh: {}: not found\n", words.join(" ")) },
    }
}

fn property(state: &State, key: &str) -> String {
    match key {
        "ro.serialno" => state.serial.clone(),
        "ro.product.model" => state.model.clone(),
        "ro.build.version.sdk" => state.sdk.to_string(),
        _ => String::new(),
    }
}

/// A scan lists a whole video and forgets one that is gone, like the real index. Half a file is no video to it.
fn scan(state: &State, path: &str) -> Option<Media> {
    if state.faults().scan_returns_null {
        return None;
    }
    let local = state.local(path)?;
    let mut index = locked(&state.media);
    let Ok(metadata) = fs::metadata(&local) else {
        index.remove(&local);
        return None;
    };
    if local.extension().is_none_or(|extension| extension != "mp4") {
        return None;
    }
    let id = index.get(&local).map_or(57 + index.len() as u64, |media| media.id);
    let media = Media { id, size: metadata.len() };
    index.insert(local, media);
    Some(media)
}

fn query(state: &State, clause: &str) -> String {
    let path = clause.strip_prefix("_data='").and_then(|rest| rest.strip_suffix('\''));
    let local = path.and_then(|path| state.local(path));
    match local.and_then(|local| locked(&state.media).get(&local).copied()) {
        Some(media) => format!("Row: 0 _id={}, _size={}, duration=30000\n", media.id, media.size),
        None => "No result found.\n".to_owned(),
    }
}

fn with<T>(state: &State, path: &str, work: impl FnOnce(&std::path::Path) -> io::Result<T>) -> io::Result<T> {
    match state.local(path) {
        Some(local) => work(&local),
        None => Err(io::Error::from(io::ErrorKind::PermissionDenied)),
    }
}

fn said(text: &str) -> Output {
    Output { exit: 0, stdout: text.to_owned(), stderr: String::new() }
}

fn done(outcome: io::Result<()>, program: &str, path: &str) -> Output {
    match outcome {
        Ok(()) => said(""),
        Err(error) => {
            let why = if error.kind() == io::ErrorKind::NotFound { "No such file or directory" } else { "I/O error" };
            Output { exit: 1, stdout: String::new(), stderr: format!("{program}: {path}: {why}\n") }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
