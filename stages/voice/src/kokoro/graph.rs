//! The model file as far as word times need it: which tensor holds the durations, and how to have it given out.
//!
//! Kokoro foretells for each symbol how long it sounds: a sum over the outputs of a sigmoid, divided by the speed, rounded.
//! Most exports keep that inside. The ONNX format is a protobuf message in which every field may stand anywhere and a
//! list may be added to, so one more output costs a few bytes behind the graph's others; nothing else is touched.

use std::collections::HashMap;
use std::ops::Range;

/// Names under which exports give the durations out by themselves.
const KNOWN: [&str; 3] = ["durations", "duration", "pred_dur"];

// Fields of ONNX's messages.
const MODEL_GRAPH: u64 = 7;
const GRAPH_NODE: u64 = 1;
const GRAPH_OUTPUT: u64 = 12;
const NODE_INPUT: u64 = 1;
const NODE_OUTPUT: u64 = 2;
const NODE_OPERATOR: u64 = 4;
const VALUE_NAME: u64 = 1;

/// A field with a length before it.
const DELIMITED: u64 = 2;

/// Steps from the rounding back to the sum, and from there to the sigmoid: divisions, casts.
const STEPS_MAX: usize = 6;

/// What a graph tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Graph {
    /// The tensor of the durations.
    pub(super) durations: Option<String>,
    /// True if the graph gives it out already.
    given_out: bool,
    /// True if it draws random numbers: then the same text gives another sound each time.
    pub(super) draws: bool,
    /// Where the graph's bytes are, and where the number that tells their length.
    place: Range<usize>,
    length: Range<usize>,
}

struct Node<'a> {
    operator: &'a str,
    inputs: Vec<&'a str>,
    outputs: Vec<&'a str>,
}

impl Graph {
    /// Looks into a model file; `None` if it is none.
    pub(super) fn read(file: &[u8]) -> Option<Self> {
        let mut found = None;
        for field in Fields::of(file, 0) {
            let field = field?;
            if field.number == MODEL_GRAPH && field.kind == DELIMITED {
                // Two of them would be merged when they are read; nobody writes that.
                if found.is_some() {
                    return None;
                }
                found = Some((field.body, field.length));
            }
        }
        let (place, length) = found?;
        let mut nodes = Vec::new();
        let mut outputs = Vec::new();
        for field in Fields::of(&file[place.clone()], place.start) {
            let field = field?;
            match (field.number, field.kind) {
                (GRAPH_NODE, DELIMITED) => nodes.push(node(&file[field.body.clone()])?),
                (GRAPH_OUTPUT, DELIMITED) => outputs.extend(texts(&file[field.body.clone()], VALUE_NAME)?),
                _ => {}
            }
        }
        let known = outputs.iter().find(|name| KNOWN.contains(name)).map(|name| (*name).to_owned());
        let draws = nodes.iter().any(|node| node.operator.starts_with("Random"));
        let durations = known.or_else(|| durations(&nodes).map(str::to_owned));
        let given_out = durations.as_deref().is_some_and(|name| outputs.contains(&name));
        Some(Self { durations, given_out, draws, place, length })
    }

    /// Has the durations given out too.
    pub(super) fn give_out_durations(&self, file: &mut Vec<u8>) {
        let Some(name) = self.durations.as_deref().filter(|_| !self.given_out) else { return };
        let mut value = Vec::with_capacity(name.len() + 8);
        delimited(&mut value, VALUE_NAME, name.as_bytes());
        let mut output = Vec::with_capacity(value.len() + 8);
        delimited(&mut output, GRAPH_OUTPUT, &value);
        let mut length = Vec::new();
        varint(&mut length, (self.place.len() + output.len()) as u64);
        // The later place first: the earlier one may shift what stands behind it.
        file.splice(self.place.end..self.place.end, output);
        file.splice(self.length.clone(), length);
    }
}

/// Finds the rounding of a sum over a sigmoid; what it is cast to is taken rather than itself.
fn durations<'a>(nodes: &[Node<'a>]) -> Option<&'a str> {
    let maker = nodes.iter().flat_map(|node| node.outputs.iter().map(move |output| (*output, node)));
    let maker = maker.collect::<HashMap<_, _>>();
    let comes_from = |node: &Node<'a>, operator: &str| {
        let mut node = *maker.get(node.inputs.first()?)?;
        for _ in 0..STEPS_MAX {
            if node.operator == operator {
                return Some(node);
            }
            node = maker.get(node.inputs.first()?)?;
        }
        None
    };
    let is_of_durations = |node: &&Node<'a>| {
        node.operator == "Round"
            && comes_from(node, "ReduceSum").is_some_and(|sum| comes_from(sum, "Sigmoid").is_some())
    };
    let mut rounded = nodes.iter().filter(is_of_durations);
    let (mut tensor, None) = (*rounded.next()?.outputs.first()?, rounded.next()) else { return None };
    // At least one, and a whole number.
    for operator in ["Clip", "Cast"] {
        let next = nodes.iter().find(|node| node.operator == operator && node.inputs.first() == Some(&tensor));
        if let Some(output) = next.and_then(|node| node.outputs.first()) {
            tensor = output;
        }
    }
    Some(tensor)
}

fn node(bytes: &[u8]) -> Option<Node<'_>> {
    let mut node = Node { operator: "", inputs: Vec::new(), outputs: Vec::new() };
    for field in Fields::of(bytes, 0) {
        let field = field?;
        if field.kind != DELIMITED {
            continue;
        }
        let text = || std::str::from_utf8(&bytes[field.body.clone()]).ok();
        match field.number {
            NODE_INPUT => node.inputs.push(text()?),
            NODE_OUTPUT => node.outputs.push(text()?),
            NODE_OPERATOR => node.operator = text()?,
            _ => {}
        }
    }
    Some(node)
}

fn texts(bytes: &[u8], number: u64) -> Option<Vec<&str>> {
    let mut texts = Vec::new();
    for field in Fields::of(bytes, 0) {
        let field = field?;
        if field.number == number && field.kind == DELIMITED {
            texts.push(std::str::from_utf8(&bytes[field.body]).ok()?);
        }
    }
    Some(texts)
}

/// One field of a message.
struct Field {
    number: u64,
    kind: u64,
    /// Its bytes without number and length.
    body: Range<usize>,
    /// The number that tells its length; empty for other kinds.
    length: Range<usize>,
}

/// Walks the fields of one message; gives `None` once, at the end, if the bytes are no message.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the bytes begin, for the places in [`Field`].
    origin: usize,
}

impl<'a> Fields<'a> {
    fn of(bytes: &'a [u8], origin: usize) -> Self {
        Self { bytes, at: 0, origin }
    }

    fn field(&mut self) -> Option<Field> {
        let tag = self.number()?;
        let (number, kind) = (tag >> 3, tag & 7);
        let length_from = self.at;
        let (length, told) = match kind {
            0 => {
                self.number()?;
                (0, self.at..self.at)
            }
            1 => (8, self.at..self.at),
            DELIMITED => (usize::try_from(self.number()?).ok()?, length_from..self.at),
            5 => (4, self.at..self.at),
            // Groups are not used by ONNX.
            _ => return None,
        };
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len())?;
        let body = self.at + self.origin..end + self.origin;
        self.at = end;
        Some(Field { number, kind, body, length: told.start + self.origin..told.end + self.origin })
    }

    /// A number of seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Iterator for Fields<'_> {
    type Item = Option<Field>;

    fn next(&mut self) -> Option<Option<Field>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.at = self.bytes.len();
        }
        Some(field)
    }
}

fn delimited(into: &mut Vec<u8>, number: u64, body: &[u8]) {
    varint(into, number << 3 | DELIMITED);
    varint(into, body.len() as u64);
    into.extend_from_slice(body);
}

fn varint(into: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}
