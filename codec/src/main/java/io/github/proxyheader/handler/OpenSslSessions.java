/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import javax.net.ssl.SSLEngine;

/**
 * Tells full handshakes from resumed sessions. Of all engines only Netty's engine for OpenSSL can
 * be asked, and only through netty-tcnative, which is an optional dependency.
 */
final class OpenSslSessions {
  private OpenSslSessions() {}

  /**
   * Returns whether an engine's session is known to have begun with this connection. Returns false
   * if the session was resumed, if the engine is not one for OpenSSL, and if it was shut down. May
   * be called on any thread after the handshake.
   */
  static boolean isNew(SSLEngine engine) {
    if (!(engine instanceof ReferenceCountedOpenSslEngine openSsl)) {
      return false;
    }
    // The engine frees the memory behind its pointer under the same monitor.
    synchronized (openSsl) {
      long ssl = openSsl.sslPointer();
      return ssl != 0 && isNew(ssl);
    }
  }

  private static boolean isNew(long ssl) {
    try {
      return !SSL.isSessionReused(ssl);
    } catch (LinkageError e) {
      return false; // netty-tcnative is missing, too old, or in a module that cannot be read
    }
  }
}
