//! A customer calls a whole office: answered, heard, counted.

use super::office::{Town, both_heard, unhurt};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_calls_kim_answers_both_hear_and_one_row_remains() {
    let mut town = Town::open().await;
    town.call().await;
    both_heard(town.hang_up().await);
    unhurt(&town.close().await);
}
