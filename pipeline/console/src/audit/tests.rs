use super::*;

fn entry(note: &str) -> AuditEntry {
    let at = Timestamp::UNIX_EPOCH;
    let (by, what, from) = ("ana".to_owned(), "approve".to_owned(), "127.0.0.1".to_owned());
    AuditEntry { at, by, what, item: String::new(), cut: String::new(), note: note.to_owned(), from }
}

fn written(notes: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let audit = Audit::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap();
    for note in notes {
        audit.write(entry(note)).unwrap();
    }
    let path = audit.path.clone();
    (folder, path)
}

fn notes(folder: &tempfile::TempDir) -> (Vec<String>, Vec<String>) {
    let (recent, damaged) = Audit::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap().recent();
    (recent.into_iter().map(|entry| entry.note).collect(), damaged)
}

#[test]
fn what_was_written_is_read_back_and_goes_on() {
    let (folder, _) = written(&["one", "two\nlines \u{2028}"]);
    Audit::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap().write(entry("three")).unwrap();
    assert_eq!(notes(&folder), (vec!["three".to_owned(), "two\nlines \u{2028}".to_owned(), "one".to_owned()], vec![]));
}

#[test]
fn a_last_line_cut_short_at_any_byte_is_left_out_and_the_record_goes_on() {
    let (folder, path) = written(&["one", "two"]);
    let whole = std::fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for end in first..whole.len() {
        std::fs::write(&path, &whole[..end]).unwrap();
        assert_eq!(notes(&folder), (vec!["one".to_owned()], vec![]), "cut at {end}");
        Audit::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap().write(entry("three")).unwrap();
        assert_eq!(notes(&folder).0, ["three", "one"]);
    }
}

#[test]
fn a_changed_a_removed_and_a_foreign_line_are_named() {
    let (folder, path) = written(&["one", "two", "three", "four"]);
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let with = |text: String| {
        std::fs::write(&path, text).unwrap();
        notes(&folder).1
    };
    assert_eq!(with(text.replace("two", "TWO")), ["audit.log:2"]);
    assert_eq!(with(format!("{}\n{}\n{}\n", lines[0], lines[2], lines[3])), ["audit.log:2"], "the line after the gap");
    assert_eq!(with(format!("{}\nhello\n{}\n", lines[0], lines[1])), ["audit.log:2", "audit.log:3"]);
    assert_eq!(with("\u{0}".repeat(200_000) + "\n").len(), 4);
}

const SMALL: Bounds = Bounds { file_max: 400, files: 3 };

fn reopened(folder: &tempfile::TempDir) -> Audit {
    Audit::open_within(folder.path(), Timestamp::UNIX_EPOCH, SMALL).unwrap()
}

fn damage(folder: &tempfile::TempDir) -> Vec<String> {
    reopened(folder).recent().1
}

/// So many entries in files of a few lines; opened anew for each, or once for all.
fn many(count: usize, anew: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut audit = reopened(&folder);
    for n in 0..count {
        if anew {
            audit = reopened(&folder);
        }
        audit.write(entry(&format!("n{n}"))).unwrap();
    }
    folder
}

#[test]
fn full_files_are_put_aside_the_oldest_go_and_the_chain_holds_over_all() {
    for anew in [false, true] {
        let folder = many(40, anew);
        let (entries, damaged) = reopened(&folder).recent();
        assert_eq!(damaged, Vec::<String>::new());
        assert_eq!(entries[0].note, "n39");
        assert!(entries.len() > 6 && entries.len() < 40, "{}", entries.len());
        let numbers: Vec<_> = entries.iter().rev().map(|entry| entry.note[1..].parse::<usize>().unwrap()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
        let full = full_files(&folder.path().join("console")).unwrap();
        assert!(full.len() == 3 && full[0] > 1, "{full:?}");
    }
}

#[test]
fn what_is_done_to_a_full_file_is_seen() {
    let place = |folder: &tempfile::TempDir, at: usize| {
        let console = folder.path().join("console");
        let name = full_name(full_files(&console).unwrap()[at]);
        (console.join(&name), name)
    };
    let folder = many(40, false);
    let (path, name) = place(&folder, 1);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("127.0.0.1", "127.0.0.2", 1)).unwrap();
    let damaged = damage(&folder);
    assert!(damaged.len() == 1 && damaged[0].starts_with(&name), "{damaged:?}");
    std::fs::write(&path, &text[..text.len() - 5]).unwrap();
    assert!(self::damage(&folder)[0].contains("is cut short"));
    std::fs::write(&path, &text).unwrap();
    assert_eq!(self::damage(&folder), Vec::<String>::new());
    for at in 0..3 {
        let folder = many(40, false);
        std::fs::remove_file(place(&folder, at).0).unwrap();
        assert!(!self::damage(&folder).is_empty(), "without full file {at}");
    }
}

#[test]
fn killed_at_any_step_of_putting_a_file_aside_it_goes_on() {
    let folder = many(40, false);
    let console = folder.path().join("console");
    let (open, whole) = (console.join("audit.log"), std::fs::read(console.join("audit.log")).unwrap());
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap();
    // Renamed and no new one yet; a new one that is empty; its first line cut short.
    std::fs::remove_file(&open).unwrap();
    assert_eq!(damage(&folder), Vec::<String>::new());
    for end in [0, 1, CHECK, first] {
        std::fs::write(&open, &whole[..end]).unwrap();
        assert_eq!(damage(&folder), Vec::<String>::new(), "{end}");
        reopened(&folder).write(entry("after")).unwrap();
        assert_eq!(reopened(&folder).recent().0[0].note, "after");
    }
}
