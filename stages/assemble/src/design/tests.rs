use super::*;

#[test]
fn a_text_is_filled_in_once_and_left_out_if_nothing_fills_it() {
    let value = |name: &str| match name {
        "title" => "Tides {number}".to_owned(),
        "number" => "3".to_owned(),
        _ => String::new(),
    };
    assert_eq!(filled("No. {number}: {title}", &value).as_deref(), Some("No. 3: Tides {number}"));
    assert_eq!(filled("{unit} {label}", &value), None);
    assert_eq!(filled("{unit} {number}", &value).as_deref(), Some("3"));
    assert_eq!(filled("plain words", &value).as_deref(), Some("plain words"));
    assert_eq!(filled("an open { brace", &value).as_deref(), Some("an open { brace"));
    assert_eq!(filled("  ", &value), None);
}
