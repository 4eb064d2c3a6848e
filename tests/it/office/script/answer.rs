//! What the office answers to one more command, after a script.

use super::{Input, Stage, Ticket, settings};
use frontdesk::office::Action;
use frontdesk::office::desk::{Actor, Command};
use frontdesk::office::memory::Memory;
use frontdesk::settings::Group;

/// The answer, where the disk keeps all it is given.
#[track_caller]
pub fn answer_after(
    groups: Vec<Group>,
    memory: Memory,
    script: &str,
    who: Actor,
    command: Command,
) -> String {
    let settings = settings(groups);
    let mut stage = Stage::new(settings.clone(), settings, memory);
    script.lines().for_each(|line| stage.play(line));
    let now = stage.now();
    let mut next = vec![Input::Desk { ticket: Ticket(stage.tickets + 1), who, command }];
    while let Some(input) = next.pop() {
        let mut out = Vec::new();
        stage.office.handle(now, input, &mut out);
        for action in out {
            match action {
                Action::Reply { result, .. } => return format!("{result:?}"),
                Action::SaveThen { receipt, .. } => next.push(Input::Stored { receipt }),
                _ => {}
            }
        }
    }
    "no answer".to_owned()
}
