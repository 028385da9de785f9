//! A handler that somebody else runs, in a container beside this process.
//!
//! The two share process numbers, user and network, so that it can be found by the connection it calls by. It is known by its
//! process group: a container's first process leads one, and what it starts is in it unless it takes care not to be.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, getpgid, getpgrp};

/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(100);

/// Such a handler, as far as it is known.
#[derive(Debug)]
pub(crate) struct Neighbour {
    api: SocketAddr,
    /// The connection that it asked by last.
    peer: Option<SocketAddr>,
    group: Option<Pid>,
}

impl Neighbour {
    /// One that will call `api`.
    pub(crate) fn new(api: SocketAddr) -> Self {
        Self { api, peer: None, group: None }
    }

    /// It asks for an event by a connection from `peer`.
    pub(crate) fn met(&mut self, peer: SocketAddr) {
        if self.peer == Some(peer) {
            return;
        }
        self.peer = Some(peer);
        // Our own group would be the end of us.
        self.group = owner(peer, self.api)
            .and_then(|process| getpgid(Some(process)).ok())
            .filter(|group| *group != getpgrp() && group.as_raw() > 1);
        if self.group.is_none() {
            tracing::warn!(%peer, "the handler's process is not found: it can't be ended if it hangs");
        }
    }

    /// Its end; for ever where nobody knows who it is.
    pub(crate) async fn wait(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whether it has ended. How is not to be learned: it is nobody's child here.
    pub(crate) fn ended(&self) -> Option<ExitStatus> {
        (killpg(self.group?, None) == Err(Errno::ESRCH)).then(|| ExitStatus::from_raw(0))
    }

    /// Ends it; whoever runs it starts it again.
    pub(crate) fn kill(&self) {
        if let Some(group) = self.group {
            // An error says that the group is gone already.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

/// The process that holds the connection from `peer` to `api`.
fn owner(peer: SocketAddr, api: SocketAddr) -> Option<Pid> {
    let table = fs::read_to_string("/proc/self/net/tcp").ok()?;
    let link = format!("socket:[{}]", inode(&table, peer, api)?);
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let holds = |process: &i32| {
        // Another user's can't be looked at, and it is none of ours to end.
        let Ok(open) = fs::read_dir(format!("/proc/{process}/fd")) else { return false };
        open.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|to| to.as_os_str() == &*link))
    };
    numbers.filter(|process| holds(process)).map(Pid::from_raw).next()
}

/// The inode of the socket on `peer`'s side, in the kernel's table of connections.
fn inode(table: &str, peer: SocketAddr, api: SocketAddr) -> Option<u64> {
    let (from, to) = (written(peer)?, written(api)?);
    table.lines().find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let is_it = fields.next() == Some(&*from) && fields.next() == Some(&*to);
        // Behind them: state, queues, timer, retransmissions, user, timeout.
        is_it.then(|| fields.nth(6)?.parse().ok()).flatten()
    })
}

/// An address as the kernel writes it: hexadecimal, as it lies in memory.
fn written(address: SocketAddr) -> Option<String> {
    let SocketAddr::V4(address) = address else { return None };
    let number = u32::from_ne_bytes(address.ip().octets());
    Some(format!("{number:08X}:{:04X}", address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_line_of_the_kernels_table() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000 65532        0 111 1 0000000000000000 100 0 0 10 0
   1: 0100007F:2329 0100007F:C000 01 00000000:00000000 00:00000000 00000000 65532        0 222 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:C000 0100007F:2329 01 00000000:00000000 02:000AFEF0 00000000 65532        0 333 2 0000000000000000 20 4 30 10 -1
";
        let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        assert_eq!(inode(table, at(0xc000), at(0x2329)), Some(333));
        assert_eq!(inode(table, at(0xc001), at(0x2329)), None);
    }

    #[test]
    fn finds_its_own_connection() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let api = listener.local_addr().unwrap();
        let stream = std::net::TcpStream::connect(api).unwrap();
        let process = owner(stream.local_addr().unwrap(), api).unwrap();
        assert_eq!(process, nix::unistd::getpid());
        // And knows better than to end itself.
        let mut neighbour = Neighbour::new(api);
        neighbour.met(stream.local_addr().unwrap());
        assert_eq!((neighbour.group, neighbour.ended()), (None, None));
        neighbour.kill();
    }
}
