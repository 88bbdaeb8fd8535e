/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ipfilter.IpFilterRule;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * Applies {@link IpFilterRule}s to the client's address that a {@link ProxyHeaderDecoder} has found
 * out. Netty's own filters apply them to {@link io.netty.channel.Channel#remoteAddress()}, which is
 * the address of the proxy.
 *
 * <p>Add the filter behind the decoder, or among the handlers of {@link
 * ReceiverOptions.Builder#replaceWith}. The first rule that matches decides. If it refuses the
 * address, the filter closes the channel, and the handlers behind see neither the event nor a byte,
 * and no {@code channelActive} if the decoder holds that back. If it accepts the address, the
 * filter leaves the pipeline. An address that is no IP address matches no rule. The filter also
 * closes the channel if a rule throws, and if bytes come before an address because no decoder is in
 * front.
 *
 * <p>The filter must run on the channel's event loop and cannot stand in the pipeline of a server
 * channel; in such a place it closes the channel with an {@link IllegalStateException}.
 *
 * <p>One instance may serve all channels if its rules may.
 */
@Sharable
public final class ProxiedAddressFilter extends ChannelInboundHandlerAdapter {
  private static final InternalLogger LOGGER =
      InternalLoggerFactory.getInstance(ProxiedAddressFilter.class);

  private final boolean acceptIfNotFound;
  private final IpFilterRule[] rules;

  /** Creates a filter that accepts an address which matches no rule. */
  public ProxiedAddressFilter(IpFilterRule... rules) {
    this(true, rules);
  }

  /**
   * Creates a filter.
   *
   * @param acceptIfNotFound whether an address that matches no rule is accepted
   * @param rules the rules in the order in which they are asked
   */
  public ProxiedAddressFilter(boolean acceptIfNotFound, IpFilterRule... rules) {
    this.acceptIfNotFound = acceptIfNotFound;
    this.rules = Objects.requireNonNull(rules, "rules").clone();
    for (IpFilterRule rule : this.rules) {
      Objects.requireNonNull(rule, "rule");
    }
  }

  /** Applies the rules at once if the address is known, and no decoder may find another one. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (Misplacement.of(ctx)) {
      Misplacement.refuse(ctx);
      return;
    }
    ProxiedAddress address = ctx.channel().attr(ProxiedAddress.KEY).get();
    if (address != null && !ProxyHeaderDecoder.isBehindUndecided(ctx)) {
      decide(ctx, address);
    }
  }

  /** Closes the channel: bytes without an address mean that no decoder is in front. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ReferenceCountUtil.release(msg);
    ctx.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    if (!(evt instanceof ProxiedAddress address) || decide(ctx, address)) {
      ctx.fireUserEventTriggered(evt);
    }
  }

  private boolean decide(ChannelHandlerContext ctx, ProxiedAddress address) {
    boolean accepted = false;
    try {
      accepted = !Misplacement.of(ctx) && accepts(address);
    } catch (Throwable cause) {
      LOGGER.warn("A rule failed; the channel is closed", cause);
    }
    if (accepted) {
      ctx.pipeline().remove(this);
    } else {
      ctx.close();
    }
    return accepted;
  }

  private boolean accepts(ProxiedAddress address) {
    if (address.source() instanceof InetSocketAddress source && !source.isUnresolved()) {
      for (IpFilterRule rule : rules) {
        if (rule.matches(source)) {
          return rule.ruleType() == IpFilterRuleType.ACCEPT;
        }
      }
    }
    return acceptIfNotFound;
  }
}
