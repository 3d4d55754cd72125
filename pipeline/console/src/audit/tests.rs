use super::*;

fn entry(note: &str) -> AuditEntry {
    let at = Timestamp::UNIX_EPOCH;
    let (by, what, from) = ("ana".to_owned(), "approve".to_owned(), "127.0.0.1".to_owned());
    AuditEntry { at, by, what, item: String::new(), cut: String::new(), note: note.to_owned(), from }
}

fn written(notes: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let audit = Audit::open(folder.path()).unwrap();
    for note in notes {
        audit.write(entry(note)).unwrap();
    }
    let path = audit.path.clone();
    (folder, path)
}

fn notes(folder: &tempfile::TempDir) -> (Vec<String>, Vec<u64>) {
    let (recent, damaged) = Audit::open(folder.path()).unwrap().recent();
    (recent.into_iter().map(|entry| entry.note).collect(), damaged)
}

#[test]
fn what_was_written_is_read_back_and_goes_on() {
    let (folder, _) = written(&["one", "two\nlines \u{2028}"]);
    Audit::open(folder.path()).unwrap().write(entry("three")).unwrap();
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
        Audit::open(folder.path()).unwrap().write(entry("three")).unwrap();
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
    assert_eq!(with(text.replace("two", "TWO")), [2]);
    assert_eq!(with(format!("{}\n{}\n{}\n", lines[0], lines[2], lines[3])), [2], "the line after the gap");
    assert_eq!(with(format!("{}\nhello\n{}\n", lines[0], lines[1])), [2, 3]);
    assert_eq!(with("\u{0}".repeat(200_000) + "\n"), [1, 2, 3, 4]);
}
