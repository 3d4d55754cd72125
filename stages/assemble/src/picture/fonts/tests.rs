use std::fs;

use super::*;

fn some_font() -> PathBuf {
    let fonts = Fonts::system().unwrap();
    let chosen = fonts.in_family("DejaVu Sans", 400, &['a']).unwrap();
    file_of(fonts.info(chosen.id).unwrap()).unwrap().to_owned()
}

#[test]
fn a_digest_follows_the_names_and_the_content_of_files_and_nothing_else() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let font = some_font();
    fs::copy(&font, one.path().join("a.ttf")).unwrap();
    fs::create_dir(two.path().join("deeper")).unwrap();
    fs::copy(&font, two.path().join("deeper/a.ttf")).unwrap();
    let digest = |folder: &Path| Fonts::in_folder(folder).unwrap().digest().unwrap();
    let first = digest(one.path());
    assert_eq!(first, digest(one.path()), "the same folder");
    assert_eq!(first, digest(two.path()), "the same file in another folder");
    fs::copy(&font, two.path().join("b.ttf")).unwrap();
    let with_another = digest(two.path());
    assert_ne!(first, with_another, "one file more");
    let mut bytes = fs::read(&font).unwrap();
    bytes.extend_from_slice(b"trailing");
    fs::write(two.path().join("b.ttf"), bytes).unwrap();
    assert_ne!(with_another, digest(two.path()), "a byte changed");
    fs::rename(one.path().join("a.ttf"), one.path().join("c.ttf")).unwrap();
    assert_ne!(first, digest(one.path()), "another name");
}

#[test]
fn a_font_file_that_is_gone_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.ttf");
    fs::copy(some_font(), &file).unwrap();
    let fonts = Fonts::in_folder(folder.path()).unwrap();
    fs::remove_file(&file).unwrap();
    assert!(matches!(fonts.digest(), Err(PictureError::FontFile { file: named, .. }) if named == file));
}

#[test]
fn the_face_nearest_in_weight_that_has_the_letters_is_chosen() {
    let fonts = Fonts::system().unwrap();
    let bold = fonts.in_family("noto sans thai", 800, &['ก']).unwrap();
    assert_eq!(bold.weight, 700, "there is no heavier one in the package");
    assert!(fonts.in_family("Noto Sans Thai", 800, &['夜']).is_none());
    let inter = fonts.in_family("Inter", 800, &['a']).unwrap();
    assert_eq!(inter.weight, 800);
    assert_eq!(fonts.info(inter.id).unwrap().style, Style::Normal);
}
