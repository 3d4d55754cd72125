use super::*;

#[test]
fn a_row_is_read_and_nothing_else_is_taken_for_one() {
    let row = |id, size, has_duration| Some(Row { id, size, has_duration });
    for (answer, expected) in [
        ("Row: 0 _id=57, _size=20971520, duration=30000\n", row(57, 20_971_520, true)),
        ("Row: 0 _id=57, _size=20971520, duration=NULL\n", row(57, 20_971_520, false)),
        ("Row: 0 _id=57, _size=NULL, duration=NULL\n", None),
        ("No result found.\n", None),
        ("", None),
        ("Error while accessing provider:media\njava.lang.SecurityException", None),
        ("WARNING: linker: odd\nRow: 0 _id=3, _size=9, duration=1\nRow: 1 _id=4, _size=8, duration=1", row(3, 9, true)),
    ] {
        assert_eq!(first_row(answer), expected, "{answer:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_answer_makes_the_reader_panic(answer in "(?s)(Row: 0 )?.{0,200}") {
        let _row = first_row(&answer);
    }
}
