use super::*;
use crate::testing::{order, pressed};

#[test]
fn a_sheet_has_a_row_for_each_cut_and_different_frames_in_it() {
    let scratch = tempfile::tempdir().unwrap();
    let pressed = pressed(&order(2_000), scratch.path()).unwrap();
    let out = scratch.path().join("sheet.png");
    let cuts = [(&*pressed.video, "one".to_owned()), (&*pressed.video, "two".to_owned())];
    contact_sheet(&cuts, Sheet { columns: 4, frame_width: 90 }, &out).unwrap();
    let sheet = image::open(&out).unwrap().to_rgb8();
    assert_eq!((sheet.width(), sheet.height()), (8 + 4 * (90 + 8), 20 + 2 * (160 + 20)));
    let frame =
        |column: u32, row: u32| image::imageops::crop_imm(&sheet, 8 + column * 98, 20 + row * 180, 90, 160).to_image();
    assert_ne!(frame(0, 0), frame(3, 0), "its frames are from different times");
    assert_eq!(frame(2, 0), frame(2, 1));
    assert!(frame(0, 0).pixels().any(|pixel| *pixel != BACKGROUND));
}

#[test]
fn what_cannot_be_shown_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("sheet.png");
    insta::assert_snapshot!(contact_sheet(&[], Sheet::default(), &out).unwrap_err(), @"a contact sheet needs at least one cut");
    let gone = [(Path::new("/nowhere.mp4"), "three".to_owned())];
    insta::assert_snapshot!(contact_sheet(&gone, Sheet::default(), &out).unwrap_err(), @"could not take frames from `three`");
    assert!(!out.exists());
}
