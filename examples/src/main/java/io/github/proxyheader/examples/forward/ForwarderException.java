/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward;

import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/** The forwarder could not do what its configuration says; the message tells which rule's. */
public final class ForwarderException extends Exception {
  private static final long serialVersionUID = 1L;

  ForwarderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static ForwarderException cannotListen(RuleConfig rule, Throwable cause) {
    return new ForwarderException(
        "rule %s: cannot listen on %s: %s"
            .formatted(
                rule.name(), NetUtil.toSocketAddressString(rule.listen()), cause.getMessage()),
        cause);
  }
}
