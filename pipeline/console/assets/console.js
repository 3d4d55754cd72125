// The console's one script. Pages work without it; it adds keys, the player's helps and figures that change by themselves.
// Text goes into pages as text only.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const csrf = one("meta[name=csrf]")?.content ?? "";
  const ask = (address, options = {}) => fetch(address, { credentials: "same-origin", redirect: "error", ...options });
  const send = (address, keepalive = false) => ask(address, { method: "POST", keepalive, headers: { "x-csrf-token": csrf, "content-type": "application/x-www-form-urlencoded" } });

  // What a person chose for this browser.
  const kept = (name, otherwise) => { try { return localStorage.getItem(name) ?? otherwise; } catch { return otherwise; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private windows keep nothing */ } };

  // One decision is one request, however often a key is pressed.
  let leaving = false;
  document.addEventListener("submit", event => {
    if (event.target.method === "dialog") return;
    if (leaving) { event.preventDefault(); return; }
    leaving = true;
  });
  addEventListener("pageshow", () => { leaving = false; });

  // --- player ---
  const video = one("#video");
  const seek = ms => { if (video) { video.currentTime = ms / 1000; } };
  document.addEventListener("click", event => {
    const mark = event.target.closest("[data-at]");
    if (!mark || !video) return;
    seek(Number(mark.dataset.at));
    video.play().catch(() => {});
  });
  const timeline = one("#timeline");
  timeline?.addEventListener("click", event => {
    const box = timeline.getBoundingClientRect();
    seek((event.clientX - box.left) / box.width * Number(timeline.dataset.length));
  });
  const captions = all("#captions > li").map(line => ({ from: Number(line.dataset.from), to: Number(line.dataset.to), text: one(".words", line).textContent }));
  const shown = one("#shown-caption");
  const draw = () => {
    const at = video.currentTime * 1000;
    const x = timeline ? Math.min(1, at / Math.max(1, Number(timeline.dataset.length))) * 1000 : 0;
    const head = one("#playhead");
    head?.setAttribute("x1", x);
    head?.setAttribute("x2", x);
    const caption = captions.find(caption => caption.from <= at && at < caption.to);
    if (shown) {
      shown.textContent = caption?.text ?? "";
      shown.hidden = !caption || !one("#captions-on").checked;
    }
  };
  video?.addEventListener("timeupdate", draw);
  video?.addEventListener("seeked", draw);
  const captionsOn = one("#captions-on");
  if (captionsOn) {
    captionsOn.checked = kept("captions", "off") === "on";
    captionsOn.addEventListener("change", () => { keep("captions", captionsOn.checked ? "on" : "off"); draw(); });
  }
  const zone = one("#zone");
  const drawZone = () => all("[data-zone]").forEach(drawing => { drawing.toggleAttribute("hidden", drawing.dataset.zone !== zone.value); });
  if (zone) {
    const last = kept("zone", "");
    if ([...zone.options].some(option => option.value === last)) zone.value = last;
    zone.addEventListener("change", () => { keep("zone", zone.value); drawZone(); });
    drawZone();
  }
  const veil = one("#veil-on");
  const drawVeil = () => all("[data-veil]").forEach(stage => {
    stage.classList.toggle("veiled", veil.checked);
    all("video", stage).forEach(video => { if (veil.checked || video.id === "video") video.muted = veil.checked; });
  });
  if (veil) { veil.addEventListener("change", drawVeil); drawVeil(); }

  // --- two cuts side by side: both stand at, and play from, the seconds that are alike ---
  all("[data-pair]").forEach(pair => {
    const [here, there] = [one("video[id^=here]", pair), one("video[id^=there]", pair)];
    const stretches = all("[data-stretch]", pair);
    if (!here || !there || !stretches.length) return;
    const now = one("[data-pair-now]", pair);
    const play = one("[data-pair-play]", pair);
    let at = 0;
    // Their own controls lie over the picture; the buttons below do for both.
    [here, there].forEach(film => { film.controls = false; });
    const pause = () => { here.pause(); there.pause(); };
    const tell = () => { now.textContent = `here ${here.currentTime.toFixed(1)} s, there ${there.currentTime.toFixed(1)} s`; };
    const go = to => {
      at = (to + stretches.length) % stretches.length;
      const chosen = stretches[at].dataset;
      pause();
      [here.currentTime, there.currentTime] = [Number(chosen.here) / 1000, Number(chosen.there) / 1000];
      seek(Number(chosen.here));
      stretches.forEach((button, n) => { if (n === at) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current"); });
    };
    stretches.forEach((button, n) => button.addEventListener("click", () => go(n)));
    one("[data-pair-next]", pair).addEventListener("click", () => go(at + 1));
    play.addEventListener("click", () => {
      if (!here.paused || !there.paused) { pause(); return; }
      if (here.currentTime * 1000 >= Number(stretches[at].dataset.until) - 50) go(at);
      video?.pause();
      Promise.all([here.play(), there.play()]).catch(pause);
    });
    const label = () => { play.textContent = here.paused && there.paused ? "Play both" : "Pause both"; };
    [here, there].forEach(film => {
      ["play", "pause"].forEach(kind => film.addEventListener(kind, label));
      ["timeupdate", "seeked", "loadedmetadata"].forEach(kind => film.addEventListener(kind, tell));
    });
    here.addEventListener("timeupdate", () => { if (!here.paused && here.currentTime * 1000 >= Number(stretches[at].dataset.until)) pause(); });
    stretches[0].setAttribute("aria-current", "true");
    // A film that is fetched only when somebody opens it.
    pair.closest("details").addEventListener("toggle", () => [here, there].forEach(film => { if (film.preload === "none") film.preload = "auto"; }));
  });

  // --- claim: a sign of life while the page is open ---
  const card = one("[data-claim]");
  if (card) {
    const claimed = one("#claimed");
    const renew = async () => {
      try {
        const answer = await send(`${card.dataset.claim}/claim`);
        if (!answer.ok) return;
        const claim = await answer.json();
        one("#claimed-by").textContent = claim.mine ? "" : claim.by;
        claimed.hidden = claim.mine;
        setTimeout(renew, Math.max(5000, claim.left_ms / 3));
      } catch { setTimeout(renew, 10000); }
    };
    renew();
    addEventListener("pagehide", () => { if (!leaving) send(`${card.dataset.claim}/release`, true).catch(() => {}); });
  }

  // --- countdown of what can be undone ---
  all("[data-countdown]").forEach(place => {
    let left = Number(place.dataset.countdown);
    const tick = setInterval(() => {
      left -= 1;
      place.textContent = Math.max(0, left);
      if (left <= 0) { clearInterval(tick); place.closest("form").hidden = true; }
    }, 1000);
  });

  // --- the line ---
  const line = one("[data-live]");
  if (line) {
    const put = (place, text) => { if (place && place.textContent !== String(text)) place.textContent = text; };
    const refresh = async () => {
      try {
        const answer = await ask(line.dataset.live, { headers: { accept: "application/json" } });
        if (answer.ok) {
          const now = await answer.json();
          put(one("[data-live-text=state]"), now.paused ? "paused: it takes no new work now" : "running");
          put(one("[data-live-text=trouble]"), now.trouble);
          one("#trouble").hidden = !now.trouble;
          put(one("[data-live-text=finished_last_hour]"), now.finished_last_hour);
          put(one("[data-live-text=waiting]"), now.waiting);
          all("[data-live-item]").forEach(place => put(place, now.items.find(item => item.word === place.dataset.liveItem)?.count ?? 0));
          all("[data-live-stage]").forEach(row => {
            const stage = now.stages.find(stage => stage.name === row.dataset.liveStage);
            if (!stage) return;
            put(one(".depth", row), stage.depth);
            const fill = one("progress", row);
            if (fill) fill.value = Math.min(stage.depth, stage.capacity);
          });
        }
      } catch { /* asked again in two seconds */ }
      if (!document.hidden) setTimeout(refresh, 2000);
    };
    setTimeout(refresh, 2000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  }

  // --- bulk ---
  one("[data-all]")?.addEventListener("change", event => all("input[form=bulk][name=cut]").slice(0, 50).forEach(box => { box.checked = event.target.checked; }));

  // --- keys ---
  const help = one("#help");
  one("#show-help")?.addEventListener("click", () => help.showModal());
  const keysOn = one("#keys-on");
  if (keysOn) {
    keysOn.checked = kept("keys", "on") === "on";
    keysOn.addEventListener("change", () => keep("keys", keysOn.checked ? "on" : "off"));
  }
  const openNote = summary => {
    const details = summary.parentElement;
    all(".decide details").forEach(other => { other.open = other === details; });
    one("[data-note]", details).focus();
  };
  all(".decide summary").forEach(summary => summary.addEventListener("click", event => {
    if (!summary.parentElement.open) { event.preventDefault(); openNote(summary); }
  }));
  all("[data-note]").forEach(note => note.addEventListener("keydown", event => {
    const details = note.closest("details");
    const reasons = all("[data-reason]", details);
    const reason = note.value === "" && /^[1-9]$/.test(event.key) ? reasons[Number(event.key) - 1] : null;
    if (reason) { event.preventDefault(); note.value = reason.dataset.reason; }
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); note.form.requestSubmit(); }
    else if (event.key === "Escape") { details.open = false; one("summary", details).focus(); }
  }));
  all("[data-reason]").forEach(button => button.addEventListener("click", () => {
    const note = one("[data-note]", button.closest("form"));
    note.value = button.dataset.reason;
    note.focus();
  }));

  const rows = all("[data-row]");
  const step = by => {
    const at = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))]?.focus();
  };
  let markAt = -1;
  const own = {
    " ": () => video && (video.paused ? video.play().catch(() => {}) : video.pause()),
    ArrowLeft: () => video && seek(Math.max(0, video.currentTime * 1000 - 2000)),
    ArrowRight: () => video && seek(video.currentTime * 1000 + 2000),
    b: () => veil?.click(),
    c: () => captionsOn?.click(),
    z: () => { if (zone) { zone.selectedIndex = (zone.selectedIndex + 1) % zone.options.length; zone.dispatchEvent(new Event("change")); } },
    m: () => { const marks = all(".findings [data-at]"); if (marks.length) { markAt = (markAt + 1) % marks.length; seek(Number(marks[markAt].dataset.at)); } },
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key.length === 1 && event.key !== "j" && event.key !== "k") return;
    if (!keysOn?.checked && event.key !== "?") return;
    const target = event.target;
    if (target.matches("textarea, select, input:not([type=checkbox])") || help?.open) return;
    if (event.key === " " && target.matches("button, summary, input, video")) return;
    if (event.key.startsWith("Arrow") && target.matches("video")) return;
    if (rows.length && (event.key === "j" || event.key === "k")) { event.preventDefault(); step(event.key === "j" ? 1 : -1); return; }
    if (event.key in own && (video || event.key === "?")) { event.preventDefault(); own[event.key](); return; }
    const place = /^[a-z]$/.test(event.key) ? one(`[data-key="${event.key}"]`) : null;
    if (!place) return;
    event.preventDefault();
    if (place.matches("summary")) openNote(place); else place.click();
  });
})();
