//! The model's file, a tiny model where there is ONNX Runtime (`ORT_DYLIB_PATH`), and the real one where
//! `REELPRESS_NSFW_MODEL` names its file.

use std::path::Path;

use super::*;

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 128 {
        bytes.push((number % 128 + 128) as u8);
        number /= 128;
    }
    bytes.push(number as u8);
    bytes
}

/// A field of bytes, and one of a number.
fn field(number: usize, body: &[u8]) -> Vec<u8> {
    [varint(number * 8 + 2), varint(body.len()), body.to_vec()].concat()
}

fn whole(number: usize, value: usize) -> Vec<u8> {
    [varint(number * 8), varint(value)].concat()
}

fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let inputs = inputs.iter().map(|name| field(1, name.as_bytes())).collect::<Vec<_>>().concat();
    let attributes = attributes.iter().map(|attribute| field(5, attribute)).collect::<Vec<_>>().concat();
    field(1, &[inputs, field(2, output.as_bytes()), field(4, operator.as_bytes()), attributes].concat())
}

fn outlet(number: usize, name: &str, shape: &[usize]) -> Vec<u8> {
    let shape = shape.iter().map(|side| field(1, &whole(1, *side))).collect::<Vec<_>>().concat();
    let kind = field(1, &[whole(1, 1), field(2, &shape)].concat());
    field(number, &[field(1, name.as_bytes()), field(2, &kind)].concat())
}

/// A model with `open_nsfw`'s inputs and outputs that takes red for naked: the mean of each channel, the red one weighed,
/// softmax.
fn sees_red(side: usize) -> Vec<u8> {
    let integers = |name: &str, values: &[usize]| {
        [field(1, name.as_bytes()), values.iter().flat_map(|value| whole(8, *value)).collect(), whole(20, 7)].concat()
    };
    let integer = |name: &str, value| [field(1, name.as_bytes()), whole(3, value), whole(20, 2)].concat();
    let weights = [0.0_f32, 0.0, 0.0, 0.0, 0.0, 0.1].iter().flat_map(|weight| weight.to_le_bytes()).collect::<Vec<_>>();
    let weights = [whole(1, 3), whole(1, 2), whole(2, 1), field(8, b"weights"), field(9, &weights)].concat();
    let graph = [
        node("ReduceMean", &["pictures"], "means", &[integers("axes", &[1, 2]), integer("keepdims", 0)]),
        node("MatMul", &["means", "weights"], "sums", &[]),
        node("Softmax", &["sums"], "likely", &[integer("axis", 1)]),
        field(2, b"sees_red"),
        field(5, &weights),
        outlet(11, "pictures", &[1, side, side, 3]),
        outlet(12, "likely", &[1, 2]),
    ];
    [whole(1, 8), field(7, &graph.concat()), field(8, &[field(1, b""), whole(2, 13)].concat())].concat()
}

fn plain(colour: [u8; 3]) -> Rgb {
    Rgb { width: 90, height: 160, bytes: colour.repeat(90 * 160) }
}

fn order(path: &Path) -> Order {
    Order { path: path.to_owned(), pin: None, library: None }
}

/// A folder with this model in it.
fn kept(file: &[u8]) -> (tempfile::TempDir, Order) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, file).unwrap();
    (folder, order(&path))
}

fn look(nsfw: &Nsfw, order: &Order, pictures: &[Rgb]) -> Result<Seen, ModelError> {
    nsfw.look(order, pictures.iter(), &Stop::default())
}

fn said(order: &Order, error: &ModelError) -> String {
    error.to_string().replace(&order.path.display().to_string(), "model.onnx")
}

#[expect(clippy::print_stderr, reason = "who reads the test's output must see that nothing was tried")]
fn has_library() -> bool {
    let is_there = std::env::var_os("ORT_DYLIB_PATH").is_some();
    if !is_there {
        eprintln!("SKIPPED: ORT_DYLIB_PATH names no libonnxruntime.so");
    }
    is_there
}

#[expect(clippy::print_stderr, reason = "who reads the test's output must see that nothing was tried")]
fn real_model() -> Option<Order> {
    let path = std::env::var_os("REELPRESS_NSFW_MODEL").map(PathBuf::from);
    if path.is_none() {
        eprintln!("SKIPPED: REELPRESS_NSFW_MODEL names no open-nsfw.onnx");
    }
    path.filter(|_| has_library()).map(|path| order(&path))
}

#[test]
fn a_file_that_is_no_model_is_refused_by_name_without_any_library() {
    let refused = |file: &[u8]| {
        let (_folder, order) = kept(file);
        said(&order, &order.read().unwrap_err())
    };
    insta::assert_snapshot!(refused(b"version https://git-lfs.github.com/spec/v1"), @"model.onnx is no whole ONNX file (fetch it again, see docs/SAFETY.md)");
    let model = sees_red(SEEN);
    for file in [
        &b""[..],
        b"<!DOCTYPE html><html>",
        &model[..model.len() - 1],
        &model[..60],
        &[model.clone(), model.clone()].concat(),
    ] {
        assert!(refused(file).contains("no whole ONNX file"));
    }
    let (_folder, order) = kept(&model);
    let (read, hash) = order.read().unwrap();
    assert_eq!(read, model);
    let pinned = Order { pin: Some(hash), ..order.clone() };
    pinned.read().unwrap();
    let pinned = Order { pin: Some("0".repeat(64)), ..order };
    let told = said(&pinned, &pinned.read().unwrap_err());
    assert!(told.starts_with("the model model.onnx has the blake3 ") && told.contains("`nsfw_model_hash`"), "{told}");
    let nowhere = self::order(Path::new("/nowhere/model.onnx"));
    insta::assert_snapshot!(nowhere.read().unwrap_err(), @"could not read the model /nowhere/model.onnx: No such file or directory (os error 2) (check `nsfw_model` in [screen.safety])");
}

#[test]
fn the_model_is_given_the_middle_of_the_picture_blue_first_less_the_mean() {
    let numbers = given(&plain([255, 0, 10])).unwrap();
    assert_eq!(numbers.len(), 224 * 224 * 3);
    assert!(numbers.chunks(3).all(|pixel| pixel == [10.0 - 104.0, -117.0, 255.0 - 123.0]));
    // Only what lies within 16 of 256 of an edge is another colour.
    let mut framed = Rgb { width: 256, height: 256, bytes: [9, 9, 9].repeat(256 * 256) };
    for (at, pixel) in framed.bytes.chunks_mut(3).enumerate() {
        if !(16..240).contains(&(at % 256)) || !(16..240).contains(&(at / 256)) {
            pixel.fill(200);
        }
    }
    assert!(given(&framed).unwrap().chunks(3).all(|pixel| pixel == [9.0 - 104.0, 9.0 - 117.0, 9.0 - 123.0]));
}

#[test]
fn a_model_is_run_kept_and_opened_anew_when_its_file_changes() {
    if !has_library() {
        return;
    }
    let (_folder, order) = kept(&sees_red(SEEN));
    let nsfw = Nsfw::default();
    let pictures = [plain([255, 0, 0]), plain([0, 0, 0]), plain([123, 200, 200])];
    let seen = look(&nsfw, &order, &pictures).unwrap();
    assert!(seen.risks[0] > 0.99 && seen.risks[1] < 0.01 && (seen.risks[2] - 0.5).abs() < 0.01, "{seen:?}");
    assert_eq!(look(&nsfw, &order, &pictures).unwrap(), seen, "the same pictures, the same numbers");
    std::fs::write(&order.path, b"<html>").unwrap();
    let broken = look(&nsfw, &order, &pictures).unwrap_err();
    assert!(matches!(broken, ModelError::NotOnnx { .. }));
    assert_eq!(look(&nsfw, &order, &pictures).unwrap_err(), broken);
    std::fs::write(&order.path, sees_red(SEEN)).unwrap();
    assert_eq!(look(&nsfw, &order, &pictures).unwrap(), seen, "mended");
}

#[test]
fn a_model_of_something_else_is_refused_and_a_stopped_one_does_not_run() {
    if !has_library() {
        return;
    }
    let (_folder, order) = kept(&sees_red(100));
    let refused = look(&Nsfw::default(), &order, &[]).unwrap_err();
    insta::assert_snapshot!(said(&order, &refused), @"model.onnx is no model of open_nsfw: it takes pictures (Tensor<f32>(1, 100, 100, 3)) and gives likely (Tensor<f32>(1, 2)), not pictures of 224x224x3 and two probabilities (check `nsfw_model` in [screen.safety])");
    let (_folder, order) = kept(&sees_red(SEEN));
    let stop = Stop::default();
    stop.end();
    let stopped = Nsfw::default().look(&order, [plain([0; 3])].iter(), &stop).unwrap_err();
    insta::assert_snapshot!(stopped, @"the model failed: it was stopped before it began");
}

#[test]
fn the_real_model_says_what_its_own_package_says_of_the_same_pictures() {
    let Some(order) = real_model() else { return };
    let nsfw = Nsfw::default();
    let grey = look(&nsfw, &order, &[plain([128; 3])]).unwrap();
    assert!(grey.risks[0] < 0.2 && grey.by.starts_with("open_nsfw "), "{grey:?}");
    let Some(data) = std::env::var_os("REELPRESS_SAMPLE_DATA").map(PathBuf::from) else { return };
    // By the package that the model comes in, without its detour over JPEG.
    for (file, wanted) in [
        ("bridge-mods/aaa-orig.jpg", 0.000_45),
        ("bridge-mods/square-128x128.jpg", 0.168_07),
        ("dih/bridge-2-rotate-90.jpg", 0.000_20),
        ("labelme-subset/q0003.jpg", 0.001_84),
        ("labelme-subset/q0291.jpg", 0.021_70),
        ("labelme-subset/q2821.jpg", 0.030_10),
        ("misc-images/small.jpg", 0.066_80),
    ] {
        let picture = image::open(data.join("pdq").join(file)).unwrap().to_rgb8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let picture = Rgb { width, height, bytes: picture.into_raw() };
        let risk = look(&nsfw, &order, &[picture]).unwrap().risks[0];
        // Decoders scale the colours of a small JPEG each in their own way, and the model is fine of feeling.
        assert!((risk - wanted).abs() < 0.005 + wanted / 5.0, "{file}: {risk}, not {wanted}");
    }
}
