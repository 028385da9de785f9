//! The way to a gateway's admin listener in a cluster: by kubectl, as the listener takes tests from its own machine alone.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// How long kubectl may take to get there.
const READY: Duration = Duration::from_secs(30);

/// `kubectl port-forward`, for as long as this lives.
pub(super) struct Forward {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Forward {
    pub(super) fn start(context: Option<&str>, namespace: &str) -> Result<Self> {
        let mut command = Command::new("kubectl");
        command.args(context.map(|context| format!("--context={context}")));
        command.args([
            "-n",
            namespace,
            "port-forward",
            "--address=127.0.0.1",
            "deployment/stagegate-gateway",
        ]);
        let child = command.arg(":8081").stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = child.context("--cluster: kubectl, which leads to the gateway, does not start")?;
        let stdout = child.stdout.take();
        // From here on it ends with this.
        let mut forward = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let (to, line) = channel();
        std::thread::spawn(move || {
            let mut lines =
                stdout.map(BufReader::new).into_iter().flat_map(|out| out.lines().map_while(Result::ok));
            let _ = to.send(lines.find_map(|line| address(&line)));
            // What it prints later must not fill the pipe.
            lines.for_each(drop);
        });
        match line.recv_timeout(READY) {
            Ok(Some(address)) => forward.address = address,
            Ok(None) => bail!(
                "--cluster: kubectl port-forward leads nowhere: what it says stands above; --gateway-namespace says where the gateways are"
            ),
            Err(_) => {
                bail!("--cluster: kubectl port-forward does not get there within {} s", READY.as_secs())
            }
        }
        Ok(forward)
    }
}

impl Drop for Forward {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Of `Forwarding from 127.0.0.1:40123 -> 8081`.
fn address(line: &str) -> Option<SocketAddr> {
    line.strip_prefix("Forwarding from ")?.split(' ').next()?.parse().ok()
}
