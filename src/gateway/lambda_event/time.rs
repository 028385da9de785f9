//! `requestTime`: `02/Jan/2024:03:04:05 +0000` (recorded).

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAYS_OF_400_YEARS: u64 = 146_097;

/// Writes the time in UTC.
pub(super) fn write(out: &mut Vec<u8>, epoch_millis: u64) {
    let seconds = epoch_millis / 1_000;
    let (year, month, day) = date(seconds / 86_400);
    two_digits(out, day);
    out.push(b'/');
    out.extend_from_slice(month.as_bytes());
    out.push(b'/');
    out.extend_from_slice(itoa::Buffer::new().format(year).as_bytes());
    for part in [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60] {
        out.push(b':');
        two_digits(out, part);
    }
    out.extend_from_slice(b" +0000");
}

/// The same as text.
pub(crate) fn request_time(epoch_millis: u64) -> String {
    let mut out = Vec::with_capacity(26);
    write(&mut out, epoch_millis);
    String::from_utf8(out).unwrap_or_default()
}

/// Year, month and day of a day since 1970 (Howard Hinnant's `civil_from_days`, years counted from March).
fn date(days: u64) -> (u64, &'static str, u64) {
    let days = days + 719_468;
    let (era, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * from_march + 2) / 5 + 1;
    // January and February end the year that began in March.
    let month = (from_march + 2) % 12;
    let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"Jan");
    (era * 400 + year + u64::from(month < 2), name, day_of_month)
}

fn two_digits(out: &mut Vec<u8>, value: u64) {
    // Both are below ten.
    let digit = |value: u64| b'0' + u8::try_from(value % 10).unwrap_or_default();
    out.extend_from_slice(&[digit(value / 10), digit(value)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_jiff_has_it() {
        let mut millis = 0_u64;
        while millis < 5_000_000_000_000 {
            let mut ours = Vec::new();
            write(&mut ours, millis);
            let time = jiff::Timestamp::from_millisecond(i64::try_from(millis).unwrap()).unwrap();
            let theirs = time.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
            assert_eq!(String::from_utf8(ours).unwrap(), theirs);
            millis += 86_400_000 / 3 + 12_345;
        }
        write(&mut Vec::new(), u64::MAX);
    }
}
