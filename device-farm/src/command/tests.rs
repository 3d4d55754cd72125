use super::*;

fn video() -> PhonePath {
    PhonePath::folder("/sdcard/Movies/reelpress").unwrap().video("berlin-20261121t0930z-cats.mp4").unwrap()
}

#[test]
fn these_are_all_the_lines_a_phone_is_ever_sent() {
    let folder = PhonePath::folder("/sdcard/Movies/reelpress/").unwrap();
    let commands = [
        Command::Property(Property::SerialNumber),
        Command::Property(Property::Model),
        Command::Property(Property::Sdk),
        Command::MakeFolder(folder),
        Command::Sha256(video().part().path().clone()),
        Command::Finish(video().part(), video()),
        Command::RemovePart(video().part()),
        Command::Scan(video()),
        Command::ScanByBroadcast(video()),
        Command::Indexed(video()),
    ];
    let lines: Vec<String> = commands.iter().map(Command::line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    getprop 'ro.serialno'
    getprop 'ro.product.model'
    getprop 'ro.build.version.sdk'
    mkdir '-p' '/storage/emulated/0/Movies/reelpress'
    sha256sum '/storage/emulated/0/Movies/reelpress/berlin-20261121t0930z-cats.mp4.part'
    mv '-f' '/storage/emulated/0/Movies/reelpress/berlin-20261121t0930z-cats.mp4.part' '/storage/emulated/0/Movies/reelpress/berlin-20261121t0930z-cats.mp4'
    rm '-f' '/storage/emulated/0/Movies/reelpress/berlin-20261121t0930z-cats.mp4.part'
    content 'call' '--uri' 'content://media' '--method' 'scan_file' '--arg' '/storage/emulated/0/Movies/reelpress/berlin-20261121t0930z-cats.mp4'
    am 'broadcast' '-a' 'android.intent.action.MEDIA_SCANNER_SCAN_FILE' '-d' 'file:///storage/emulated/0/Movies/reelpress/berlin-20261121t0930z-cats.mp4'
    content 'query' '--uri' 'content://media/external/video/media' '--projection' '_id:_size:duration' '--where' '_data='\''/storage/emulated/0/Movies/reelpress/berlin-20261121t0930z-cats.mp4'\'''
    ");
}

#[test]
fn folders_outside_the_shared_storage_are_refused() {
    for text in [
        "",
        "/",
        "/sdcard/",
        "/sdcard",
        "/data/local/tmp",
        "/sdcard/../data",
        "/sdcard/a b",
        "/sdcard/a//b",
        "/sdcard/.x",
        "/sdcard/a;b",
    ] {
        assert!(matches!(PhonePath::folder(text), Err(FarmError::Folder { .. })), "{text:?}");
    }
}

#[test]
fn names_that_could_mean_something_to_a_shell_or_a_path_are_refused() {
    let folder = PhonePath::folder("/storage/emulated/0/Movies").unwrap();
    for name in ["", ".mp4", "a", "../a.mp4", "a/b.mp4", "A.mp4", "a b.mp4", "a'.mp4", "a\n.mp4", "ä.mp4", "a.mov"] {
        assert!(matches!(folder.video(name), Err(FarmError::Name { .. })), "{name:?}");
    }
    assert!(folder.video(&format!("{}.mp4", "a".repeat(151))).is_err());
}

proptest::proptest! {
    #[test]
    fn a_quoted_word_holds_no_quote_that_a_shell_would_end_it_at(text in "(?s).{0,60}") {
        let line = quoted(&text);
        // Undone by the shell's own rule: drop the outer quotes, and `'\''` is one quote.
        let inner = &line[1..line.len() - 1];
        proptest::prop_assert_eq!(inner.replace(r"'\''", "'"), text);
        proptest::prop_assert!(!inner.replace(r"'\''", "").contains('\''));
    }
}
