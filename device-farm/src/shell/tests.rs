use super::*;

fn packet(id: u8, bytes: &[u8]) -> Vec<u8> {
    [&[id][..], &(bytes.len() as u32).to_le_bytes(), bytes].concat()
}

async fn read(bytes: &[u8]) -> Result<Output, Broken> {
    let mut bytes = bytes;
    read_output(&mut bytes).await
}

#[tokio::test]
async fn output_errors_and_exit_code_are_kept_apart() {
    let bytes = [packet(1, b"half "), packet(2, b"oh"), packet(1, b"line\n"), packet(3, &[127])].concat();
    let expected = Output { exit: 127, stdout: "half line\n".into(), stderr: "oh".into() };
    assert_eq!(read(&bytes).await, Ok(expected));
}

#[tokio::test]
async fn an_end_before_the_exit_code_is_never_success() {
    let bytes = [packet(1, b"all is well"), packet(3, &[0])].concat();
    for cut in 0..bytes.len() {
        assert_eq!(read(&bytes[..cut]).await, Err(Broken::Ended), "cut at {cut}");
    }
    assert_eq!(read(&bytes).await.map(|output| output.exit), Ok(0));
}

#[tokio::test]
async fn a_phone_that_talks_without_end_costs_no_memory() {
    let mut bytes = packet(1, &vec![b'x'; 200_000]);
    bytes.extend(packet(3, &[0]));
    assert_eq!(read(&bytes).await.map(|output| output.stdout.len()), Ok(KEPT_BYTES));
    assert_eq!(read(&[1, 0xff, 0xff, 0xff, 0xff]).await, Err(Broken::Nonsense(1)));
    assert_eq!(read(&packet(9, b"")).await, Err(Broken::Nonsense(9)));
    assert_eq!(read(&packet(3, b"")).await, Err(Broken::Nonsense(3)));
}
