//! `stagegate local`, started on manifests of a test's own and ended with the test.

// Not every test uses all of it; and clippy takes what is outside a test function for production code.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Local {
    pub child: Child,
    pub port: u16,
    pub admin: u16,
    folder: tempfile::TempDir,
}

/// What it is started with, beside its manifests and addresses.
#[derive(Default)]
pub struct Options<'o> {
    pub arguments: &'o [&'o str],
    pub environment: &'o [(&'o str, &'o str)],
    /// 127.0.0.1 otherwise.
    pub admin_host: Option<&'o str>,
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Local {
    /// Serves the manifests that `write` puts into the folder it is given.
    pub fn start(write: impl FnOnce(&Path), options: &Options<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let manifests = folder.path().join("manifests");
        fs::create_dir(&manifests).unwrap();
        write(&manifests);
        // A port that was free may be another's by the time it is used.
        for _ in 0..10 {
            let (port, admin) = (free_port(), free_port());
            let admin_at = format!("{}:{admin}", options.admin_host.unwrap_or("127.0.0.1"));
            let mut child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
                .arg("local")
                .arg(&manifests)
                .args(["--listen", &format!("127.0.0.1:{port}"), "--admin", &admin_at])
                .args(["--access-log", "off"])
                .args(options.arguments)
                .envs(options.environment.iter().copied())
                .stdout(Stdio::null())
                .stderr(fs::File::create(folder.path().join("stderr")).unwrap())
                .spawn()
                .unwrap();
            let deadline = Instant::now() + Duration::from_mins(1);
            while child.try_wait().unwrap().is_none() {
                assert!(Instant::now() < deadline, "it does not become ready");
                if get(admin, "/readyz").starts_with("HTTP/1.1 200") {
                    return Self { child, port, admin, folder };
                }
                std::thread::sleep(Duration::from_millis(25));
            }
        }
        panic!("it does not start: {}", fs::read_to_string(folder.path().join("stderr")).unwrap());
    }

    /// A folder that goes with it; its manifests lie in one within.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// One of its manifests.
    pub fn manifest(&self, name: &str) -> PathBuf {
        self.folder.path().join("manifests").join(name)
    }

    pub fn stderr(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    pub fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !holds() {
            assert!(Instant::now() < deadline, "{what} does not come to hold; {}", self.stderr());
            std::thread::sleep(Duration::from_millis(25));
        }
    }
}

/// What comes back; empty where nothing listens.
pub fn get(port: u16, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    String::from_utf8_lossy(&raw(port, head.as_bytes())).into_owned()
}

/// Whatever comes back within half a minute on a connection of its own; nothing where nothing listens.
pub fn raw(port: u16, bytes: &[u8]) -> Vec<u8> {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return Vec::new() };
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}
