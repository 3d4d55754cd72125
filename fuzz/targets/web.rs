#![no_main]

use reelpress_web::{RobotsTxt, decode};

// A body that is text in some encoding, and rules that may be any text: nothing may panic or take long.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = bytes.split_at(bytes.len().min(16));
    let text = decode(rest, std::str::from_utf8(first).ok());
    let rules = RobotsTxt::parse(&text, "reelpress/1.0");
    if let Ok(url) = url::Url::parse("https://example.org/").and_then(|base| base.join(&text)) {
        let _closed = rules.closes(&url);
        assert!(!reelpress_web::without_secrets(&url).contains('@') || url.path().contains('@') || !url.has_host());
    }
});
