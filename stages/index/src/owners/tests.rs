use super::*;

fn label(id: &str, niche: &str) -> Label {
    Label { id: id.to_owned(), niche: niche.to_owned(), account: "main".to_owned() }
}

#[test]
fn an_id_has_one_number_also_after_the_file_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("owners");
    let (mut register, _) = Register::open(&path).unwrap();
    let (a, b) = (label("a", "space"), label("b", "sea"));
    assert_eq!(register.add(&[a.clone(), b.clone(), a.clone()]).unwrap(), [Owner(0), Owner(1), Owner(0)]);
    drop(register);
    let (mut register, torn) = Register::open(&path).unwrap();
    assert_eq!(register.add(std::slice::from_ref(&b)).unwrap(), [Owner(1)]);
    assert_eq!((register.owners.label(0), torn), (Some(a), 0));
    assert_eq!(register.owners.len(), 2);
}

#[test]
fn a_number_is_never_given_twice_also_after_the_file_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("owners");
    let (mut register, _) = Register::open(&path).unwrap();
    register.add(&[label("a", "space"), label("b", "sea")]).unwrap();
    assert_eq!(register.remove(&[Owner(1), Owner(1), Owner(9)]).unwrap(), 1);
    assert_eq!(register.remove(&[Owner(1)]).unwrap(), 0);
    register.rewrite().unwrap();
    drop(register);
    let (mut register, _) = Register::open(&path).unwrap();
    assert_eq!(register.owners.label(1), None);
    assert_eq!(register.find("b"), None);
    assert_eq!(register.add(&[label("b", "sea")]).unwrap(), [Owner(2)]);
}

#[test]
fn a_label_that_changes_is_changed_and_keeps_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let (mut register, _) = Register::open(&folder.path().join("owners")).unwrap();
    register.add(&[label("a", "space")]).unwrap();
    let before = register.owners.clone();
    assert_eq!(register.add(&[label("a", "sea")]).unwrap(), [Owner(0)]);
    assert_eq!(register.owners.label(0).unwrap().niche, "sea");
    assert_eq!(before.label(0).unwrap().niche, "space", "who reads sees what was there when they began");
}

#[test]
fn a_name_must_have_bytes_and_not_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let (mut register, _) = Register::open(&folder.path().join("owners")).unwrap();
    let error = |label: Label, register: &mut Register| register.add(&[label]).unwrap_err().to_string();
    insta::assert_snapshot!(error(label("", "sea"), &mut register), @"id of an owner has 0 bytes, not 1 to 4096");
    let long = label("a", &"x".repeat(5_000));
    insta::assert_snapshot!(error(long, &mut register), @"niche of an owner has 5000 bytes, not 1 to 4096");
    assert_eq!(register.owners.len(), 0);
}

#[test]
fn thousands_that_were_removed_do_not_stay_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("owners");
    let (mut register, _) = Register::open(&path).unwrap();
    let labels: Vec<Label> = (0..5_000).map(|at| label(&at.to_string(), "sea")).collect();
    let owners = register.add(&labels).unwrap();
    register.remove(&owners[..4_990]).unwrap();
    let before = register.bytes();
    drop(register);
    let (register, _) = Register::open(&path).unwrap();
    assert!(register.bytes() < before / 20, "{} of {before}", register.bytes());
    assert_eq!(register.owners.all().map(|(owner, _)| owner).collect::<Vec<_>>(), (4_990..5_000).collect::<Vec<_>>());
}
