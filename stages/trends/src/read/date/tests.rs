use proptest::prelude::*;

use super::parse;

#[track_caller]
fn check(text: &str, expected: Option<&str>) {
    assert_eq!(parse(text).map(|at| at.to_string()).as_deref(), expected, "for {text:?}");
}

#[test]
fn right_dates_are_read() {
    check("Sat, 21 Nov 2026 06:10:00 -0800", Some("2026-11-21T14:10:00Z"));
    check("2026-11-21T06:10:00+01:00", Some("2026-11-21T05:10:00Z"));
    check("2026-11-21T06:10:00Z", Some("2026-11-21T06:10:00Z"));
}

#[test]
fn slightly_wrong_dates_are_read() {
    check("Tue, 22 Jun 2021 13:42 EDT", Some("2021-06-22T17:42:00Z"));
    check("Tues, 1 September 2026 9:05:00 GMT", Some("2026-09-01T09:05:00Z"));
    check("June 22, 2021 13:42", Some("2021-06-22T13:42:00Z"));
    check("22 Jun 21 13:42:60 +0200", Some("2021-06-22T11:42:59Z"));
    check("2021-06-22 13:42", Some("2021-06-22T13:42:00Z"));
    check("2021-06-22", Some("2021-06-22T00:00:00Z"));
    check("2021-06-22T13:42:10+0200", Some("2021-06-22T11:42:10Z"));
    check("1624369320", Some("2021-06-22T13:42:00Z"));
    check("1624369320000", Some("2021-06-22T13:42:00Z"));
}

#[test]
fn what_is_no_date_is_none() {
    for text in
        ["", "yesterday", "2021", "32 Jun 2021", "Tue, 22 Foo 2021 13:42", "2021-13-01", "1 Jan 2021 25:00", "-1"]
    {
        check(text, None);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _read = parse(&text);
    }

    #[test]
    fn anything_that_looks_like_a_date_is_read_or_refused(text in "[a-zA-Z]{0,4}[, ]{0,2}[0-9]{0,5}[ :T-]?[A-Za-z0-9é]{0,5}[ :-]?[0-9]{0,5}[ :]?[0-9:.]{0,9}[ +-]?[A-Z0-9]{0,5}") {
        let _read = parse(&text);
    }
}
