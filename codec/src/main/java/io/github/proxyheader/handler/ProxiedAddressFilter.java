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
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * Applies {@link IpFilterRule}s to the client's address that a {@link ProxyHeaderDecoder} found
 * out. Netty's own filters act on {@link io.netty.channel.Channel#remoteAddress()}, which is the
 * proxy's.
 *
 * <p>It stands behind the decoder, or among the handlers of {@link
 * ReceiverOptions.Builder#replaceWith}. The first rule that matches decides. A refused channel is
 * closed before the handlers behind see the event or a byte, nor do they see {@code channelActive}
 * if the decoder holds it. For an accepted channel, the filter leaves the pipeline. An address that
 * is no IP address matches no rule; bytes without an address, because no decoder is in front, close
 * the channel, and so does a rule that throws.
 *
 * <p>One instance may serve all channels if its rules may.
 */
@Sharable
public final class ProxiedAddressFilter extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOGGER =
      System.getLogger(ProxiedAddressFilter.class.getName());

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

  /** Decides at once if the address is known already. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ProxiedAddress address = ctx.channel().attr(ProxiedAddress.KEY).get();
    if (address != null) {
      decide(ctx, address);
    }
  }

  /** Bytes before the address is known: there is no decoder in front, and so nobody is accepted. */
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
      accepted = accepts(address);
    } catch (Throwable cause) {
      LOGGER.log(System.Logger.Level.WARNING, "A rule failed; the channel is closed", cause);
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
