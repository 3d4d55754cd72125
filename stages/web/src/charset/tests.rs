use proptest::prelude::*;

use super::decode;

#[test]
fn the_mark_wins_over_the_header_and_the_header_over_the_document() {
    let xml = |encoding: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><a>\u{e9}</a>");
    let latin = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<_>>();
    let utf16 =
        |text: &str| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<_>>();
    for (bytes, header, why) in [
        (latin(&xml("ISO-8859-1")), None, "its own declaration"),
        (latin(&xml("utf-8")), Some("text/xml; charset=\"ISO-8859-1\""), "the header"),
        (xml("utf-8").into_bytes(), Some("application/rss+xml"), "its own declaration"),
        (utf16(&xml("utf-8")), Some("text/xml; charset=windows-1252"), "the mark"),
        ([b"\xef\xbb\xbf".as_slice(), xml("ISO-8859-1").as_bytes()].concat(), None, "the mark"),
        (xml("ISO-8859-1").into_bytes(), Some("application/xml; charset=utf-8"), "the header"),
        (xml("utf-16").into_bytes(), None, "it says UTF-16 in ASCII"),
    ] {
        assert_eq!(decode(&bytes, header), "<a>\u{e9}</a>", "{why}: {bytes:?}");
    }
}

#[test]
fn pages_say_it_in_a_meta_and_others_not_at_all() {
    let japanese = b"<html><head><meta charset=\"shift_jis\"></head>\x93\xfa\x96{</html>";
    assert!(decode(japanese, Some("text/html")).contains("日本"));
    let old = b"<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>\xcf\xf0\xe8\xe2\xe5\xf2";
    assert!(decode(old, None).ends_with("Привет"));
    assert_eq!(decode("naïve".as_bytes(), Some("text/plain")), "naïve");
    assert_eq!(decode(b"na\xefve", Some("text/plain; charset=nonsense")), "naïve");
}

#[test]
fn a_body_that_changes_its_encoding_half_way_keeps_what_can_be_read() {
    let mut bytes = "<t>Größe 日本</t>".as_bytes().to_vec();
    bytes.extend_from_slice(b"<t>caf\xe9</t>");
    assert_eq!(decode(&bytes, None), "<t>Größe 日本</t><t>caf\u{fffd}</t>");
}

proptest! {
    #[test]
    fn any_bytes_become_text(bytes in prop::collection::vec(any::<u8>(), 0..200), header in "(text/html; charset=(utf-16le|gbk|x|\")|.{0,20})") {
        let text = decode(&bytes, Some(&header));
        prop_assert!(text.len() <= 4 * bytes.len() + 4);
    }

    #[test]
    fn any_declaration_is_read_or_passed_over(text in "(<\\?xml|<meta)[ =\"'>?a-z-]{0,40}(charset|encoding)?[ =\"'>?/a-z0-9-]{0,20}") {
        let _text = decode(text.as_bytes(), None);
    }
}
