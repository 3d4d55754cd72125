//! The look into a model file, and the edit of its bytes.

use proptest::prelude::*;

use crate::kokoro::graph::Graph;

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 128 {
        bytes.push((number % 128 + 128) as u8);
        number /= 128;
    }
    bytes.push(number as u8);
    bytes
}

fn field(number: usize, body: &[u8]) -> Vec<u8> {
    [varint(number * 8 + 2), varint(body.len()), body.to_vec()].concat()
}

fn node(operator: &str, inputs: &[&str], outputs: &[&str]) -> Vec<u8> {
    let inputs = inputs.iter().map(|name| field(1, name.as_bytes())).collect::<Vec<_>>().concat();
    let outputs = outputs.iter().map(|name| field(2, name.as_bytes())).collect::<Vec<_>>().concat();
    field(1, &[inputs, outputs, field(3, b"/a/name"), field(4, operator.as_bytes())].concat())
}

/// A duration predictor as exports have it.
fn predictor() -> Vec<u8> {
    [
        node("Sigmoid", &["scores"], &["likely"]),
        node("ReduceSum", &["likely", "axes"], &["sum"]),
        node("Div", &["sum", "speed"], &["slowed"]),
        node("Round", &["slowed"], &["rounded"]),
        node("Clip", &["rounded", "one", ""], &["clipped"]),
        node("Cast", &["clipped"], &["whole"]),
        node("Round", &["other"], &["unrelated"]),
    ]
    .concat()
}

fn output(name: &str) -> Vec<u8> {
    field(12, &field(1, name.as_bytes()))
}

/// A model with fields before and behind the graph.
fn model(graph: &[u8]) -> Vec<u8> {
    [vec![0x08, 9], field(2, b"exporter"), field(7, graph), field(8, &[0x10, 20]), vec![0x28, 1]].concat()
}

#[test]
fn the_durations_are_given_out_and_nothing_else_changes() {
    let graph = [predictor(), field(5, &[7; 300]), output("audio")].concat();
    let mut file = model(&graph);
    let read = Graph::read(&file).unwrap();
    assert_eq!((read.durations.as_deref(), read.draws), (Some("whole"), false));
    read.give_out_durations(&mut file);
    assert_eq!(file, model(&[graph, output("whole")].concat()));
    let again = Graph::read(&file).unwrap();
    assert_eq!(again.durations.as_deref(), Some("whole"));
    let mut twice = file.clone();
    again.give_out_durations(&mut twice);
    assert_eq!(twice, file, "once is enough");
}

#[test]
fn a_length_that_needs_one_byte_more_gets_it() {
    let bare = [predictor(), output("audio")].concat();
    for wanted in [16_383, 16_384, 2_097_151] {
        let padding = wanted - bare.len() - 5;
        let graph = [field(5, &vec![7; padding]), bare.clone()].concat();
        let mut file = model(&graph);
        Graph::read(&file).unwrap().give_out_durations(&mut file);
        assert_eq!(file, model(&[graph, output("whole")].concat()));
    }
}

#[test]
fn an_export_that_gives_durations_out_is_left_as_it_is() {
    let graph = [predictor(), output("waveform"), output("durations")].concat();
    let mut file = model(&graph);
    let read = Graph::read(&file).unwrap();
    assert_eq!(read.durations.as_deref(), Some("durations"));
    read.give_out_durations(&mut file);
    assert_eq!(file, model(&graph));
}

#[test]
fn two_predictors_or_none_leave_the_times_to_be_estimated() {
    let none = [node("Round", &["a"], &["b"]), node("Sigmoid", &["a"], &["c"]), output("audio")].concat();
    let second = [
        predictor(),
        node("ReduceSum", &["likely"], &["sum2"]),
        node("Round", &["sum2"], &["rounded2"]),
        output("audio"),
    ];
    // A sum over itself ends, too.
    let circle = [node("ReduceSum", &["x"], &["y"]), node("Cast", &["y"], &["x"]), node("Round", &["y"], &["r"])];
    for graph in [none, second.concat(), circle.concat()] {
        let mut file = model(&graph);
        let read = Graph::read(&file).unwrap();
        assert_eq!(read.durations, None);
        read.give_out_durations(&mut file);
        assert_eq!(file, model(&graph));
    }
    let random = Graph::read(&model(&node("RandomNormalLike", &["a"], &["b"]))).unwrap();
    assert!(random.draws);
}

#[test]
fn what_is_no_model_is_none() {
    let whole = model(&predictor());
    let two_graphs = [whole.clone(), field(7, &predictor())].concat();
    for file in [&b""[..], b"version https://git-lfs", b"<!DOCTYPE html>", &whole[..whole.len() / 2], &two_graphs] {
        assert_eq!(Graph::read(file), None);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        drop(Graph::read(&bytes));
        drop(Graph::read(&model(&bytes)));
    }

    #[test]
    fn no_spoilt_model_makes_it_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = model(&[predictor(), output("audio")].concat());
        let at = at.index(file.len());
        file[at] = byte;
        if let Some(graph) = Graph::read(&file) {
            let before = file.len();
            graph.give_out_durations(&mut file);
            prop_assert!(file.len() - before < 64);
        }
    }
}
