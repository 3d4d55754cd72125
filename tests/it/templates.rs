//! `reelpress template`: what a person types, what is printed, which files are there afterwards.

use std::process::{Output, Stdio};

use reelpress_tests::press::{Press, QUICK, merged};

const PROGRAM: &str = env!("CARGO_BIN_EXE_reelpress-under-test");

const BUILT_IN: [&str; 12] = [
    "before-after",
    "calm-story",
    "countdown",
    "explainer",
    "how-to",
    "myth-fact",
    "news-brief",
    "product",
    "quiz",
    "quote",
    "statistic",
    "top-list",
];

fn press() -> Press {
    let press = Press::new(PROGRAM, &merged(QUICK, "[assemble]\ntemplates = \"own\"\n"));
    std::fs::create_dir(press.path("own")).unwrap();
    press
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a command that must end with this code; gives what it printed and what it told.
#[track_caller]
fn ends(press: &Press, code: i32, arguments: &[&str]) -> (String, String) {
    let output = press.run(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}{}", printed(&output), told(&output));
    (printed(&output), told(&output))
}

#[test]
fn the_list_has_the_twelve_and_the_folders_own() {
    let press = press();
    ends(&press, 0, &["template", "new", "house", "--seed", "7"]);
    let (list, _) = ends(&press, 0, &["template", "list"]);
    let names: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    let mut wanted = [&BUILT_IN[..], &["house"]].concat();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
}

#[test]
fn who_has_read_enough_ends_nothing() {
    let press = press();
    let mut child = press.command(&["template", "list"]);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), told(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_new_template_is_one_that_the_press_takes() {
    let press = press();
    let (wrote, next) = ends(&press, 0, &["template", "new", "house"]);
    assert!(wrote.contains("own/house.toml") && next.contains("template check"), "{wrote}{next}");
    ends(&press, 0, &["template", "check", "own/house.toml"]);
    let first = std::fs::read_to_string(press.path("own/house.toml")).unwrap();

    let (_, refused) = ends(&press, 65, &["template", "new", "house"]);
    assert!(refused.contains("is there already"), "{refused}");
    ends(&press, 0, &["template", "new", "house", "--to", "other"]);
    let again = std::fs::read_to_string(press.path("other/house.toml")).unwrap();
    assert_eq!(first, again, "the same name, the same template");

    ends(&press, 0, &["template", "new", "ours", "--from", "news-brief"]);
    let copy = std::fs::read_to_string(press.path("own/ours.toml")).unwrap();
    assert!(copy.contains('#'), "with its comments");
    let (_, unknown) = ends(&press, 65, &["template", "new", "mine", "--from", "news-breif"]);
    assert!(unknown.contains("did you mean `news-brief`?"), "{unknown}");
    let (_, name) = ends(&press, 65, &["template", "new", "Not A Name"]);
    assert!(name.contains("Not A Name"), "{name}");
    assert!(!press.path("own/mine.toml").exists());
    ends(&press, 0, &["template", "check", "own"]);
    ends(&press, 0, &["template", "check"]);
}

#[test]
fn a_mistake_is_named_with_its_line_and_column() {
    let press = press();
    ends(&press, 0, &["template", "new", "house"]);
    let text = std::fs::read_to_string(press.path("own/house.toml")).unwrap();
    let line = 1 + text.lines().position(|line| line.starts_with("description")).unwrap();
    press.write("own/house.toml", text.replacen("description", "descripton", 1));
    let (_, told) = ends(&press, 1, &["template", "check", "own/house.toml"]);
    assert!(told.contains(&format!("house.toml:{line}:1: ")) && told.contains("`description`"), "{told}");
    let (_, told) = ends(&press, 1, &["template", "check", "no-such-file.toml"]);
    assert!(told.contains("no-such-file.toml"), "{told}");
}

#[test]
fn the_format_page_is_the_one_in_the_repository() {
    let (page, _) = ends(&press(), 0, &["template", "format"]);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/FORMAT.md");
    assert_eq!(page.trim_end(), std::fs::read_to_string(file).unwrap().trim_end());
}

#[test]
fn a_template_that_is_not_there_is_not_previewed() {
    let (_, told) = ends(&press(), 65, &["template", "preview", "quizz"]);
    assert!(told.contains("`quizz`") && told.contains("quiz,"), "{told}");
}

/// Full size: the only one that a preview has.
#[test]
fn a_preview_is_a_short_video_and_a_sheet_of_its_frames() {
    let press = Press::new(PROGRAM, "[assemble]\nfps = 5\npreset = \"ultrafast\"\n");
    let (printed, _) = ends(&press, 0, &["template", "preview", "quote", "--shape", "1:1", "--out", "seen"]);
    let files: Vec<&str> = printed.lines().collect();
    assert_eq!(files, ["seen/quote.mp4", "seen/quote.png"]);
    let report = reelpress_assemble::probe(&press.path("seen/quote.mp4"), reelpress_assemble::Depth::Full).unwrap();
    let video = report.video.unwrap();
    assert_eq!((video.width, video.height), (1080, 1080));
    let decoded = report.decoded.unwrap();
    assert_eq!((decoded.errors, decoded.gaps), (0, 0));
    let sheet = image::open(press.path("seen/quote.png")).unwrap();
    assert!(sheet.width() > 270 && sheet.height() > 200, "{}x{}", sheet.width(), sheet.height());
}

#[test]
fn a_preview_shows_the_words_and_pictures_that_were_given() {
    let press = Press::new(PROGRAM, "[assemble]\nfps = 5\npreset = \"ultrafast\"\n");
    std::fs::create_dir_all(press.path("photos")).unwrap();
    let ends_with = |code: i32, more: [&str; 2]| {
        let [key, value] = more;
        let known = ["template", "preview", "quote", "--shape", "1:1", "--out", "seen", key, value];
        ends(&press, code, &known)
    };

    let (_, told) = ends_with(65, ["--media", "photos"]);
    assert!(told.contains("photos has no picture"), "{told}");
    press.write("script.toml", "title = \"Too short\"\n");
    let (_, told) = ends_with(65, ["--script", "script.toml"]);
    assert!(told.contains("script.toml"), "{told}");

    image::RgbImage::from_pixel(640, 480, image::Rgb([250, 0, 0])).save(press.path("photos/red.png")).unwrap();
    ends_with(0, ["--media", "photos"]);
    let sheet = image::open(press.path("seen/quote.png")).unwrap().into_rgb8();
    let red = sheet.pixels().filter(|pixel| pixel[0] > 200 && pixel[1] < 60 && pixel[2] < 60).count();
    assert!(red > sheet.len() / 3 / 20, "{red} red pixels");
}
