use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{CpuPool, CpuPoolError};

fn pool(threads: usize) -> CpuPool {
    CpuPool::new(NonZeroUsize::new(threads).unwrap()).unwrap()
}

#[tokio::test]
async fn work_runs_on_a_named_thread_and_its_answer_comes_back() {
    let pool = pool(1);
    let name = pool.run(|| std::thread::current().name().map(str::to_owned)).await.unwrap();
    assert_eq!(name.as_deref(), Some("reelpress-cpu-0"));
    assert_eq!(pool.size().get(), 1);
}

#[tokio::test]
async fn a_panic_is_told_and_the_worker_lives_on() {
    let pool = pool(1);
    let told = pool.run(|| -> u8 { panic!("frame {} is missing", 7) }).await;
    assert!(matches!(told, Err(CpuPoolError::Panicked { message }) if message == "frame 7 is missing"));
    assert_eq!(pool.run(|| 5).await.unwrap(), 5);
}

#[tokio::test]
async fn no_more_pieces_of_work_run_at_once_than_there_are_workers() {
    let pool = pool(2);
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let work = (0..20).map(|_| {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        pool.run(move || {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
        })
    });
    for done in futures::future::join_all(work).await {
        done.unwrap();
    }
    assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
}

#[tokio::test]
async fn work_whose_asker_left_before_it_began_never_runs() {
    let pool = pool(1);
    let (hold, held) = std::sync::mpsc::sync_channel::<()>(0);
    let (began, begun) = tokio::sync::oneshot::channel();
    let busy = pool.run(move || {
        began.send(()).unwrap();
        held.recv().unwrap();
    });
    let ran = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&ran);
    let release = async {
        begun.await.unwrap();
        // Polled once, so that it stands in the queue, and then dropped.
        let waiting = pool.run(move || counter.fetch_add(1, Ordering::SeqCst));
        tokio::select! { biased; _ = waiting => unreachable!("the worker is busy"), () = std::future::ready(()) => {} }
        hold.send(()).unwrap();
    };
    let (done, ()) = tokio::join!(busy, release);
    done.unwrap();
    pool.run(|| ()).await.unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 0);
}
