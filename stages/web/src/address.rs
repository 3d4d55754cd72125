//! Which addresses may be asked: public ones, unless the one who asks says otherwise.

#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// An address, or the name that leads to it, was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Refused {}

/// Checks what an address itself says, before any connection: scheme, and the host if it is written as numbers. Names
/// are checked by [`PublicOnly`] when they are looked up, and the connection goes to the very addresses it checked.
///
/// # Errors
/// [`Refused`] says which part is at fault.
pub fn check(url: &Url, allow_private: bool) -> Result<(), Refused> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refused(format!("`{}` is not http or https", url.scheme())));
    }
    let ip = match url.host() {
        None => return Err(Refused("it has no host".to_owned())),
        Some(Host::Domain(_)) => return Ok(()),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
    };
    if allow_private || is_public(ip) { Ok(()) } else { Err(Refused(format!("{ip} is not a public address"))) }
}

/// Looks names up with the system's resolver and lets only public addresses through. One private address among the
/// answers refuses the name: a name that points at both is a trick.
#[derive(Debug)]
pub struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = look_up(&name).await?;
            match found.iter().find(|address| !is_public(address.ip())) {
                Some(address) => {
                    let why = format!("{} is {}, not a public address", name.as_str(), address.ip());
                    Err(Box::new(Refused(why)) as Box<dyn std::error::Error + Send + Sync>)
                }
                None => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}

async fn look_up(name: &Name) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.collect())
}

/// True for addresses anybody may run a server at. Addresses that carry another one inside (IPv4-mapped, NAT64, 6to4,
/// Teredo) are judged by the one inside.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation();
    let carrier_nat = a == 100 && (64..128).contains(&b);
    let protocol_assignments = a == 192 && b == 0 && c == 0;
    let relay_anycast = a == 192 && b == 88 && c == 99;
    let benchmarking = a == 198 && (18..20).contains(&b);
    !(special || a == 0 || a >= 240 || carrier_nat || protocol_assignments || relay_anycast || benchmarking)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let part = ip.segments();
    let inside = |at: usize| Ipv4Addr::from((u32::from(part[at]) << 16) | u32::from(part[at + 1]));
    match (part[0], part[1]) {
        // ::ffff:0:0/96 and ::ffff:0:0:0/96 are IPv4 in disguise.
        (0, 0) if matches!(part[2..6], [0, 0, 0, 0xffff] | [0, 0, 0xffff, 0]) => is_public_v4(inside(6)),
        (0x64, 0xff9b) => part[2..6] == [0; 4] && is_public_v4(inside(6)),
        (0x2002, _) => is_public_v4(inside(1)),
        // Teredo keeps the server's address in clear, and the client's inverted.
        (0x2001, 0) => is_public_v4(inside(2)) && is_public_v4(Ipv4Addr::from(!u32::from(inside(6)))),
        // Documentation, benchmarking and ORCHID.
        (0x2001, 0xdb8 | 2 | 0x10..0x30) | (0x3fff, 0..0x1000) => false,
        // Only 2000::/3 is handed out; what is left holds `::`, `::1`, ULA, link-local, site-local and multicast.
        (first, _) => (0x2000..0x4000).contains(&first),
    }
}
