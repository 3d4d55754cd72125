//! What may be wrong with `[screen.safety]`.

use super::check;

#[test]
fn each_mistake_in_safety_is_named_at_its_place() {
    for (text, said) in [
        ("hold_below = 101", "1:28: `screen.safety.hold_below` must be a whole number from 0 to 100, not `101`"),
        (
            "reject_below = 81",
            "1:30: `screen.safety.reject_below` must be at most `screen.safety.hold_below` = 80, not 81",
        ),
        (
            "required = true",
            "1:26: `screen.safety.required` is true, but there is nobody who could check (set `nsfw_model`, or add [screen.safety.endpoint])",
        ),
        (
            "nsfw_model_hash = \"4f2a\"",
            "1:33: `screen.safety.nsfw_model_hash` must be a blake3 hash: 64 hexadecimal digits, not `\"4f2a\"` (`reelpress doctor` shows the file's)",
        ),
        ("pictures = 49", "1:26: `screen.safety.pictures` must be a whole number from 1 to 48, not `49`"),
    ] {
        check(&format!("screen.safety.{text}"), said);
    }
    let hash = "0".repeat(64);
    check(
        &format!("screen.safety.nsfw_model_hash = \"{hash}\""),
        "1:33: `screen.safety.nsfw_model_hash` needs `screen.safety.nsfw_model` beside it",
    );
}

#[test]
fn two_libraries_in_one_process_are_refused() {
    let text = "screen.safety.library = \"b.so\"\n[voice.kokoro]\nmodel = \"m\"\nvoices = \"v\"\nlibrary = \"a.so\"";
    check(
        text,
        "1:25: `screen.safety.library` is /etc/press/b.so, but `voice.kokoro.library` is /etc/press/a.so (a process has one library of ONNX Runtime: leave this one out)",
    );
}
