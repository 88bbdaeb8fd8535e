// Copyright 2026 The netty-proxyheader authors
// SPDX-License-Identifier: Apache-2.0
"use strict";

const PERIOD_MS = 1000;

/** Makes a node like another and touches only what differs, so that selections and focus stay. */
function update(node, fresh) {
  if (node.isEqualNode(fresh)) {
    return;
  }
  if (node.nodeName !== fresh.nodeName) {
    node.replaceWith(document.importNode(fresh, true));
    return;
  }
  if (node.nodeType === Node.TEXT_NODE) {
    node.data = fresh.data;
    return;
  }
  node.className = fresh.className;
  while (node.childNodes.length > fresh.childNodes.length) {
    node.lastChild.remove();
  }
  fresh.childNodes.forEach((child, i) => {
    if (i < node.childNodes.length) {
      update(node.childNodes[i], child);
    } else {
      node.append(document.importNode(child, true));
    }
  });
}

async function refresh() {
  const live = () => document.getElementById("live");
  try {
    const response = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(10_000) });
    if (!response.ok) {
      throw new Error(response.statusText);
    }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of ["header", "main", "footer"]) {
      update(document.querySelector(part), fresh.querySelector(part));
    }
    live().textContent = ", live";
    document.body.classList.remove("stale");
  } catch {
    live().textContent = ", the forwarder does not answer";
    document.body.classList.add("stale");
  }
  setTimeout(refresh, PERIOD_MS);
}

setTimeout(refresh, PERIOD_MS);
