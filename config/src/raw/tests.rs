use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use insta::assert_snapshot;
use proptest::prelude::*;

use crate::testing::{FOLDER, InMemory, problems, settings, surroundings};
use crate::{FeedFormat, FeedPlace, Name, Secret, SecretReference, Settings, SpeechEngine, load};

mod console;
mod routing;
mod safety;
mod tables;

#[test]
fn ten_mistakes_of_ten_kinds_are_all_reported_in_one_go() {
    assert_snapshot!(problems(
        r#"[daemon]
grase = "60s"
listen = "localhost:9464"
stall_after = 600

[line]
shelf = 0

[[feeds]]
name = "cats"
url = "https://example.org/cats.xml"
file = "cats.xml"
[[feeds]]
name = "cats"
url = "https://example.org/more-cats.xml"

[script.providers.cloud]
base_url = "https://llm.example/v1"
model = "small"
api_key = "sk-in-the-open"

[accounts.berlin]
niches = ["genral"]
timezone = "Europe/Berlyn"
windows = ["07:00-12:00", "22:00-06:00", "11:30-13:00"]
"#
    ), @r#"
    reelpress.toml:2:1: `grase` is not a key of [daemon] (did you mean `grace`?)
    reelpress.toml:3:10: `daemon.listen` must be an address with a port such as "127.0.0.1:9464" or "[::1]:9464", not `"localhost:9464"` (a host's name is not looked up here)
    reelpress.toml:4:15: `daemon.stall_after` must be a duration such as "250ms", "30s", "15m", "6h" or "2d", not `600`
    reelpress.toml:7:9: `line.shelf` must be a whole number from 1 to 1000000, not `0`
    reelpress.toml:12:8: `feeds[0]` must have one of `url` and `file`, not both (make it two feeds)
    reelpress.toml:14:8: `feeds[1].name` is `cats`, and so is `feeds[0].name` (names of feeds are unique)
    reelpress.toml:20:11: `script.providers.cloud.api_key` must not stand in the file as plain text (give it as `{ env = "NAME" }` or `{ file = "path" }`)
    reelpress.toml:23:11: `accounts.berlin.niches[0]` is `genral`, and there is no [niches.genral] (did you mean "general"?)
    reelpress.toml:24:12: `accounts.berlin.timezone` must be a time zone of the IANA database such as "Europe/Berlin", not `"Europe/Berlyn"` (see /usr/share/zoneinfo; "UTC" always works)
    reelpress.toml:25:27: `accounts.berlin.windows[1]` must end after it begins, not `"22:00-06:00"` (a window over midnight is two: one to "23:59" and one from "00:00")
    reelpress.toml:25:42: `accounts.berlin.windows[2]` = 11:30-13:00 overlaps 07:00-12:00 (make them one)
    "#);
}

#[test]
fn after_a_mistake_of_syntax_the_rest_is_checked_all_the_same() {
    assert_snapshot!(problems(
        r#"[daemon]
grace = 60s
min_free = "one GiB
keep_history = "36h"
keep_history = "90d"

[line]
shelf = -1

[accounts.berlin]
"#
    ), @r#"
    reelpress.toml:2:9: string values must be quoted, expected literal string
    reelpress.toml:3:20: invalid basic string, expected `"`
    reelpress.toml:4:16: `daemon.keep_history` must be whole days such as "90d", not `"36h"`
    reelpress.toml:5:1: duplicate key
    reelpress.toml:8:9: `line.shelf` must be a whole number from 1 to 1000000, not `-1`
    "#);
}

#[test]
fn a_bracket_that_is_not_closed_is_one_problem() {
    assert_snapshot!(problems(
        r#"review.sample_percent = 101
[accounts.a]
niches = ["general"
windows = ["07:00-22:00"]
min_gap = "2 hours"
[line]
shelf = 0
"#
    ), @r#"
    reelpress.toml:1:25: `review.sample_percent` must be a whole number from 0 to 100, not `101`
    reelpress.toml:4:1: this stands inside a list or an inline table that is not closed (close the bracket before it; the rest of the file is not checked)
    "#);
    assert_snapshot!(problems("script = {\n writers = 7\n[line]\nshelf = 0\n"), @"reelpress.toml:3:1: this stands inside a list or an inline table that is not closed (close the bracket before it; the rest of the file is not checked)");
    // A comma that is missing in a closed list is just that.
    assert_snapshot!(problems("[niches.a]\nkeywords = [\"a\" \"b\"]\ntone = 1"), @r"
    reelpress.toml:2:17: missing comma between array elements, expected `,`
    reelpress.toml:3:8: `niches.a.tone` must be text in quotes, not `1`
    ");
}

/// One wrong line and what is said about it.
#[track_caller]
fn check(text: &str, expected: &str) {
    let said = problems(text);
    assert_eq!(said.strip_prefix("reelpress.toml:").unwrap_or(&said), expected, "for {text:?}");
}

#[test]
fn wrong_types_are_named() {
    check("daemon = 5", "1:10: `daemon` must be a table, not `5`");
    check("niches = []", "1:10: `niches` must be a table, not a list");
    check("feeds = { name = \"x\" }", "1:1: `feeds` must be a list in brackets, not a table");
    check("feeds = [1]", "1:10: `feeds[0]` must be a table, not `1`");
    check("review.auto_approve = \"yes\"", "1:23: `review.auto_approve` must be true or false, not `\"yes\"`");
    check("assemble.fps = 30.0", "1:16: `assemble.fps` must be a whole number from 1 to 120, not `30.0`");
    check("trends.user_agent = 1979-05-27", "1:21: `trends.user_agent` must be text in quotes, not `1979-05-27`");
    check("niches.a.keywords = \"space\"", "1:21: `niches.a.keywords` must be a list in brackets, not `\"space\"`");
}

#[test]
fn values_out_of_range_are_shown_with_the_range() {
    check(
        "review.sample_percent = 101",
        "1:25: `review.sample_percent` must be a whole number from 0 to 100, not `101`",
    );
    check("trends.min_score = nan", "1:20: `trends.min_score` must be a number from 0 to 1, not `nan`");
    check(
        "assemble.crf = 0xFFFFFFFFFF",
        "1:16: `assemble.crf` must be a whole number from 0 to 51, not `0xFFFFFFFFFF`",
    );
    check("assemble.width = 1081", "1:18: `assemble.width` must be even, not `1081`");
    check(
        "assemble.music_db = \"of\"",
        "1:21: `assemble.music_db` must be a number from -60 to 0 or \"off\", not `\"of\"`",
    );
    check("trends.max_bytes = \"9TiB\"", "1:20: `trends.max_bytes` must be from 1KiB to 1GiB, not `\"9TiB\"`");
    check("schedule.horizon = \"90d\"", "1:20: `schedule.horizon` must be from 1m to 31d, not `\"90d\"`");
    check(
        "daemon.grace = \"99999999999999999999d\"",
        "1:16: `daemon.grace` must be a duration such as \"250ms\", \"30s\", \"15m\", \"6h\" or \"2d\", not \
         `\"99999999999999999999d\"`",
    );
    check(
        "daemon.keep_history = \"36h\"",
        "1:23: `daemon.keep_history` must be whole days such as \"90d\", not `\"36h\"`",
    );
}

#[test]
fn values_that_do_not_fit_each_other_are_named_together() {
    check("script.words_min = 200", "1:20: `script.words_min` must be at most `script.words_max` = 110, not 200");
    check(
        "daemon.retries.max = \"500ms\"",
        "1:8: `daemon.retries.first` must be at most `daemon.retries.max` = 500ms, not 1s",
    );
    check(
        "screen = { max_duration = \"5s\", min_duration = \"6s\" }",
        "1:48: `screen.min_duration` must be at most `screen.max_duration` = 5s, not 6s",
    );
    for (key, default) in [("hold", "0.7"), ("hold_parts", "0.75")] {
        let text = format!("screen.similar = {{ reject = 0.65, {key} = {default} }}");
        let at = text.find(default).unwrap() + 1;
        check(
            &text,
            &format!("1:{at}: `screen.similar.{key}` must be at most `screen.similar.reject` = 0.65, not {default}"),
        );
    }
    check(
        "[provenance]\nkey = \"k.pem\"",
        "2:7: `provenance.key` is there and `provenance.certificate` is not (they belong together; without both, a \
         development certificate signs)",
    );
    check(
        "[screen.quality]\nnote = [\"black\"]\nblock = [\"black\"]",
        "3:10: `screen.quality.block[0]` names `black` again (a rule has one weight)",
    );
    let flashes = problems("screen.quality.note = [\"flash\"]");
    assert!(flashes.contains("must be one of") && !flashes.contains("\"flash\","), "{flashes}");
    check("schedule.lead = \"3d\"", "1:17: `schedule.lead` must be at most `schedule.horizon` = 2d, not 3d");
    for (text, said) in [
        (
            "script.writers = [\"clod\"]\n[script.providers.cloud]\nbase_url = \"http://h/v1\"\nmodel = \"m\"",
            "1:19: `script.writers[0]` is `clod`, and there is no [script.providers.clod] (did you mean \"cloud\"?)",
        ),
        (
            "script.writers = [\"mine\"]",
            "1:19: `script.writers[0]` is `mine`, and there is no [script.providers.mine] (add it, with `base_url` and `model`)",
        ),
        ("script.writers = []", "1:18: `script.writers` must not be empty ([\"builtin\"] always works)"),
        (
            "script.writers = [\"builtin\", \"builtin\"]",
            "1:19: `script.writers[0]` is the built-in writer, and others follow (put it last: whoever stands after it \
             would hardly ever be asked)\nreelpress.toml:1:30: `script.writers[1]` is `builtin` again (each writer is asked once)",
        ),
        (
            "script.writer = \"openai\"",
            "1:17: `script.writer` is gone: writers are a list now, asked in order (write `writers = [\"NAME\", \
             \"builtin\"]`, with a table [script.providers.NAME]; or `writers = [\"builtin\"]`)",
        ),
        (
            "[script.openai]\nmodel = \"m\"",
            "1:9: `script.openai` is gone: there may be several endpoints now (call the table [script.providers.openai], \
             and list \"openai\" in `script.writers`)",
        ),
        (
            "[script.providers.builtin]\nbase_url = \"http://h/v1\"\nmodel = \"m\"",
            "1:9: `script.providers.builtin` has the name of the built-in writer (choose another name)",
        ),
        (
            "niches.a.budget.money_per_day = -1",
            "1:33: `niches.a.budget.money_per_day` must be a number from 0 to 1000000, not `-1`",
        ),
    ] {
        check(text, said);
    }
    check(
        "devices.serials.berlin = [\"x\"]",
        "1:26: `devices.serials.berlin` is for an account, and there is no [accounts.berlin] (there are default)",
    );
}

#[test]
fn limits_themselves_are_allowed() {
    let said = problems(
        "script = { words_min = 50, words_max = 50 }\ndaemon.retries = { first = \"5s\", max = \"5s\" }\n\
         review.sample_percent = 100\ntrends.max_bytes = \"1GiB\"\nassemble.crf = 0",
    );
    assert_eq!(said, "no problem");
}

#[test]
fn keys_that_nobody_knows_are_found_at_every_depth() {
    check("voiec = {}", "1:1: `voiec` is not a key of the file (did you mean `voice`?)");
    check("dameon.grace = \"1s\"", "1:1: `dameon` is not a key of the file (did you mean `daemon`?)");
    check("[daemon]\nmin_free_bytes = 5", "2:1: `min_free_bytes` is not a key of [daemon] (did you mean `min_free`?)");
    check("[niches.a]\ntones = \"x\"", "2:1: `tones` is not a key of [niches.a] (did you mean `tone`?)");
    check("review.\"x\\ny\" = 1", "1:8: `x\\ny` is not a key of [review] (there are `auto_approve`, `sample_percent`)");
    check(
        "[accounts.Berlin]\nniches = [\"general\"]",
        "1:11: `Berlin` must be 1 to 64 lower-case letters, digits, `.`, `_` or `-`, starting with a letter or a digit \
         (it is a name in [accounts])",
    );
}

#[test]
fn what_has_no_default_must_be_there() {
    check("[accounts.a]", "1:11: `accounts.a.niches` is missing (a list of one or more; there are general)");
    check("[accounts.a]\nniches = []", "2:10: `accounts.a.niches` must not be empty");
    check(
        "[[feeds]]\nurl = \"http://a.example/\"",
        "1:1: `feeds[0].name` is missing (each feed has a name of its own)",
    );
    check("[[feeds]]\nname = \"a\"", "1:1: `feeds[0]` must have `url` or `file`");
    check(
        "[script.providers.cloud]\nmodel = \"m\"",
        "1:19: `script.providers.cloud.base_url` is missing (such as \"http://127.0.0.1:11434/v1\")",
    );
}

#[test]
fn hashtags_phones_and_dates_are_held_to_their_form() {
    check(
        "niches.a.hashtags = [\"#cats\"]",
        "1:22: `niches.a.hashtags[0]` must be a hashtag without its `#`, not `\"#cats\"` (write \"cats\")",
    );
    check(
        "devices.folder = \"/sdcard/../data\"",
        "1:18: `devices.folder` must be an absolute folder on the phone of letters, digits, `/`, `.`, `_` and `-`, not \
         `\"/sdcard/../data\"` (such as \"/sdcard/Movies/reelpress\")",
    );
    check(
        "[accounts.a]\nniches = [\"general\"]\nsince = 07:00:00",
        "3:9: `accounts.a.since` must be a date such as 2026-01-31, not `07:00:00`",
    );
    check(
        "[accounts.a]\nniches = [\"general\"]\nwindows = [\"08:00-24:00\"]",
        "3:12: `accounts.a.windows[0]` must be two times of day such as \"07:00-22:00\", not `\"08:00-24:00\"` \
         (the day's last minute is 23:59)",
    );
    check(
        "deliver.outbox = \"~/outbox\"",
        "1:18: `deliver.outbox` must be a whole path or one relative to the config file's folder, not `\"~/outbox\"` \
         (`~` is not resolved)",
    );
}

#[test]
fn lines_and_columns_count_as_an_editor_does() {
    check("\u{feff}reviev = 1", "1:1: `reviev` is not a key of the file (did you mean `review`?)");
    check(
        "# ü\r\nreview.sample_percent = 500\r\n",
        "2:25: `review.sample_percent` must be a whole number from 0 to 100, not `500`",
    );
    check(
        "niches.a = { tone = \"größer\", \"töne\" = 1 }",
        "1:31: `töne` is not a key of [niches.a] (did you mean `tone`?)",
    );
}

/// Reads `script.openai` with this key; its first problem if it has one.
fn with_key(api_key: &str) -> String {
    let text = format!(
        "[script]\nwriters = [\"cloud\"]\n[script.providers.cloud]\nbase_url = \"http://h/v1/\"\nmodel = \"m\"\napi_key = {api_key}"
    );
    let said = problems(&text);
    assert!(!said.contains("sk-"), "a secret is shown: {said}");
    said.strip_prefix("reelpress.toml:6:").map_or(said.clone(), str::to_owned)
}

#[test]
fn a_secret_is_never_shown_and_each_way_to_miss_it_is_told() {
    assert_snapshot!(with_key("\"sk-open\""), @r#"11: `script.providers.cloud.api_key` must not stand in the file as plain text (give it as `{ env = "NAME" }` or `{ file = "path" }`)"#);
    assert_snapshot!(with_key("{ env = \"sk-open\" }"), @r#"19: `script.providers.cloud.api_key.env` must be the name of an environment variable: upper-case letters, digits and `_`"#);
    assert_snapshot!(with_key("{ env = \"NOT_SET\" }"), @r#"19: environment variable `NOT_SET` is not set (set it before the start, or remove `script.providers.cloud.api_key`)"#);
    assert_snapshot!(with_key("{ env = \"EMPTY\" }"), @r#"19: environment variable `EMPTY` is empty"#);
    assert_snapshot!(with_key("{ env = \"TWO_LINES\" }"), @r#"19: environment variable `TWO_LINES` must hold one line without control characters"#);
    assert_snapshot!(with_key("{ file = \"missing\" }"), @r#"20: could not read secret file /etc/press/missing: entity not found (check the path and who may read it)"#);
    assert_snapshot!(with_key("{ file = \"binary\" }"), @r#"20: secret file /etc/press/binary is not UTF-8 text"#);
    assert_snapshot!(with_key("{ env = \"REELPRESS_LLM_KEY\", file = \"key\" }"), @r#"1: `script.providers.cloud.api_key` must have one of `env` and `file`, not both"#);
    assert_snapshot!(with_key("{}"), @r#"1: `script.providers.cloud.api_key` must have `env` or `file` (give it as `{ env = "NAME" }` or `{ file = "path" }`)"#);
    assert_snapshot!(with_key("[\"sk-open\"]"), @r#"11: `script.providers.cloud.api_key` must not stand in the file as plain text (give it as `{ env = "NAME" }` or `{ file = "path" }`)"#);
    for line in [
        "script.providers.cloud.api_key = \"sk-open",
        "script.providers.cloud.api_keys = \"sk-open\"",
        "script.providers.cloud.api_key = { value = \"sk-open\" }",
        "script.providers.cloud.api_key = { env = [\"sk-open\"] }",
        "script.providers.cloud.base_url = \"https://h/v1?key=sk-open\"",
        "script.providers.cloud.base_url = \"sk-open\"",
    ] {
        assert!(!problems(line).contains("sk-"), "a secret is shown: {}", problems(line));
    }
    check(
        "feeds = [{ name = \"a\", url = \"https://me:sk-open@example.org/\" }]",
        "1:30: `feeds[0].url` must not hold a user name or a password (secrets are given as `{ env = \"NAME\" }` or \
         `{ file = \"path\" }`)",
    );
}

#[test]
fn secrets_are_found_where_the_file_says() {
    let found = |api_key: &str| {
        let text = format!(
            "script.writers = [\"cloud\"]\n[script.providers.cloud]\nbase_url = \"http://h/v1/\"\nmodel = \"m\"\napi_key = {api_key}"
        );
        let mut script = settings(&text).script;
        let endpoint = script.providers.pop_first().expect("it is in the text").1;
        assert_eq!(endpoint.base_url.as_str(), "http://h/v1", "without the slash at its end");
        endpoint.api_key.expect("the key is given")
    };
    let from_variable = found("{ env = \"REELPRESS_LLM_KEY\" }");
    assert_eq!(from_variable.reveal(), "sk-from-variable");
    assert_eq!(from_variable.reference(), Some(&SecretReference::Variable("REELPRESS_LLM_KEY".to_owned())));
    let from_file = found("{ file = \"key\" }");
    assert_eq!(from_file.reveal(), "sk-from-file", "without the line breaks at its end");
    assert_eq!(from_file.reference(), Some(&SecretReference::File(PathBuf::from("/etc/press/key"))));
    assert_eq!(format!("{from_file:?} {from_file}"), "*** ***");
}

#[test]
fn what_the_file_says_is_what_is_set() {
    let read = settings(
        r#"
[daemon]
data_dir = "state"
listen = "[::1]:0"
grace = "1500ms"
min_free = 1_000
keep_history = "48h"
[trends]
max_bytes = "500kB"
min_score = 0.25
[[feeds]]
name = "polls"
file = "polls.ndjson"
[[feeds]]
name = "news"
url = "https://example.org/feed"
format = "csv"
every = "2h"
language = "de"
allow_private = true
[niches.space]
keywords = ["NASA", " Moon "]
[accounts.a]
niches = ["space"]
timezone = "Europe/Berlin"
windows = ["18:00-22:00", "07:00-09:30"]
since = 2026-01-05
[assemble]
music_db = "off"
[voice]
pause = "1s"
voices = { de = "mb/mb-de2" }
"#,
    );
    assert_eq!(read.daemon.data_dir, PathBuf::from("/etc/press/state"));
    assert_eq!(read.daemon.listen, "[::1]:0".parse::<SocketAddr>().unwrap());
    assert_eq!(read.daemon.grace, Duration::from_millis(1_500));
    assert_eq!((read.daemon.min_free_bytes, read.daemon.keep_history_days), (1_000, 2));
    assert_eq!(read.trends.max_bytes, 500_000);
    assert!((read.trends.min_score - 0.25).abs() < f64::EPSILON);
    let feeds: Vec<_> = read.feeds.iter().map(|feed| (feed.name.as_str(), feed.format, feed.every.as_secs())).collect();
    assert_eq!(feeds, [("polls", FeedFormat::Ndjson, 900), ("news", FeedFormat::Csv, 7_200)]);
    assert_eq!(read.feeds[0].place, FeedPlace::File(PathBuf::from("/etc/press/polls.ndjson")));
    assert_eq!((read.feeds[1].language.as_deref(), read.feeds[1].allow_private), (Some("de"), true));
    assert_eq!(read.niches[&Name::parse("space").unwrap()].keywords, ["nasa", "moon"]);
    assert_eq!(read.niches.len(), 1, "the default niche stands in only for none");
    let account = &read.accounts[&Name::parse("a").unwrap()];
    let hours: Vec<_> = account.windows.iter().map(|window| (window.from.hour(), window.to.minute())).collect();
    assert_eq!(hours, [(7, 30), (18, 0)], "in order");
    assert_eq!(account.timezone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(account.since, Some(jiff::civil::date(2026, 1, 5)));
    assert_eq!(account.ramp, [0, 2, 5, 7]);
    assert_eq!(read.assemble.music_db, None);
    assert_eq!(read.voice.pause_ms, 1_000);
    let speaker = |language: &str| read.voice.speaker(language);
    assert_eq!(speaker("de"), (SpeechEngine::EspeakNg, "mb/mb-de2".to_owned()));
    assert_eq!(speaker("en"), (SpeechEngine::Flite, "rms".to_owned()), "the default stays beside the others");
}

#[test]
fn the_account_that_stands_in_takes_every_niche_and_has_no_ramp() {
    let read = settings("[niches.a]\n[niches.b]");
    let (name, account) = read.accounts.first_key_value().expect("there is one");
    let taken: Vec<&str> = account.niches.iter().map(Name::as_str).collect();
    assert_eq!((name.as_str(), taken, account.ramp.len()), ("default", vec!["a", "b"], 0));
}

#[test]
fn a_window_may_begin_where_another_ends() {
    let read = settings("[accounts.a]\nniches = [\"general\"]\nwindows = [\"07:00-09:00\", \"09:00-10:00\"]");
    assert_eq!(read.accounts["a"].windows.len(), 2);
}

#[test]
fn an_empty_file_means_the_defaults() {
    assert_eq!(Settings::parse("x", Path::new(""), "", &InMemory::default()), Ok(Settings::default()));
}

#[test]
fn loading_says_what_is_wrong_with_the_file_itself() {
    let environment = surroundings().with_file("bad.toml", b"# fine\n# \xc3\xbc\xff\n").with_file("press/a.toml", b"");
    let said = |path: &str| load(Path::new(path), &environment).map(|_| ()).expect_err("it is wrong").to_string();
    assert_snapshot!(said("none.toml"), @"none.toml:1:1: could not read the file: entity not found (give another with `--config FILE`)");
    assert_snapshot!(said("bad.toml"), @"bad.toml:2:4: the file is not UTF-8 from here on (save it as UTF-8)");
    let settings = load(Path::new("press/a.toml"), &environment).expect("an empty file is fine");
    assert_eq!(settings.daemon.data_dir, PathBuf::from("press/data"), "relative to the file's folder");
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let said = problems(&format!("a = {}", "[".repeat(100_000)));
    assert!(said.starts_with("reelpress.toml:1:"), "{said}");
    assert!(said.lines().count() < 200, "{} lines", said.lines().count());
}

fn reference() -> impl Strategy<Value = String> {
    let text = include_str!("../../examples/agency.toml");
    let pieces = prop::collection::vec((0..text.len(), 0..12_usize, "[\\[\\]{}\"'=.,#\n a-z0-9\\\\ü-]{0,6}"), 0..6);
    pieces.prop_map(move |edits| {
        let mut edited = text.to_owned();
        for (start, length, with) in edits {
            let start = edited.floor_char_boundary(start.min(edited.len()));
            let end = edited.floor_char_boundary((start + length).min(edited.len()));
            edited.replace_range(start..end, &with);
        }
        edited
    })
}

/// Whatever the text: settings, or at least one problem that stands in the file, one a line.
fn holds(text: &str) -> Result<(), TestCaseError> {
    if let Err(found) = Settings::parse("f", Path::new(FOLDER), text, &surroundings()) {
        prop_assert!(found.len() > 0);
        prop_assert_eq!(found.to_string().lines().count(), found.len());
        let lines = text.matches('\n').count() + 1;
        for problem in &found {
            prop_assert!((1..=lines).contains(&(problem.line as usize)), "{} of {}", problem, lines);
            let line = text.split('\n').nth(problem.line as usize - 1).unwrap_or_default();
            prop_assert!(
                (1..=line.chars().count() + 1).contains(&(problem.column as usize)),
                "{} in {:?}",
                problem,
                line
            );
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        holds(&text)?;
    }

    #[test]
    fn no_text_of_toml_signs_makes_it_panic(text in "[\\[\\]{}\"'=.,#\n\r\t a-e0-9_+:TZ\\\\-]{0,120}") {
        holds(&text)?;
    }

    #[test]
    fn no_edit_of_a_good_file_makes_it_panic(text in reference()) {
        holds(&text)?;
    }
}
