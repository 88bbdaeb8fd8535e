/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ipfilter.IpFilterRule;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("T21 a filter that acts on the proxied address")
class ProxiedAddressFilterTest {
  private final List<String> seen = new ArrayList<>();
  private final ProxiedAddressFilter filter =
      new ProxiedAddressFilter(
          new IpSubnetFilterRule("203.0.113.0", 24, IpFilterRuleType.REJECT),
          new IpSubnetFilterRule("203.0.0.0", 16, IpFilterRuleType.ACCEPT));

  @Test
  void refusedSourceIsClosedBeforeTheHandlersBehindKnowOfIt() {
    EmbeddedChannel channel = channel(filter);
    ByteBuf in = headerFrom("203.0.113.7");

    channel.writeInbound(in);

    assertThat(channel.isOpen()).isFalse();
    assertThat(seen).isEmpty();
    assertThat(in.refCnt()).isZero();
  }

  @Test
  void acceptedSourceGoesOnAndTheFilterLeaves() {
    EmbeddedChannel channel = channel(filter);

    channel.writeInbound(headerFrom("203.0.114.7"));

    assertThat(seen).containsExactly("event", "active", "read");
    assertThat(channel.pipeline().get(ProxiedAddressFilter.class)).isNull();
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void addressThatMatchesNoRuleIsAcceptedUnlessToldOtherwise() {
    EmbeddedChannel open = channel(filter);
    EmbeddedChannel closed = channel(new ProxiedAddressFilter(false));

    open.writeInbound(headerFrom("198.51.100.1"));
    assertThat(open.isOpen()).isTrue();
    closed.writeInbound(headerFrom("198.51.100.1"));

    assertThat(closed.isOpen()).isFalse();
    open.finishAndReleaseAll();
  }

  @Test
  void addressThatIsNoIpAddressMatchesNoRule() {
    EmbeddedChannel channel = channel(new ProxiedAddressFilter(false));

    channel.writeInbound(
        Unpooled.wrappedBuffer(
            ProxyHeaderWriter.toBytes(
                ProxyHeader.of(new DomainSocketAddress("/a"), new DomainSocketAddress("/b")))));

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void ruleThatThrowsClosesTheChannel() {
    IpFilterRule broken =
        new IpFilterRule() {
          @Override
          public boolean matches(InetSocketAddress remoteAddress) {
            throw new IllegalStateException("broken");
          }

          @Override
          public IpFilterRuleType ruleType() {
            return IpFilterRuleType.REJECT;
          }
        };
    EmbeddedChannel behind = channel(new ProxiedAddressFilter(broken));
    EmbeddedChannel late = new EmbeddedChannel(new ProxyHeaderDecoder());

    behind.writeInbound(headerFrom("203.0.113.7"));
    late.writeInbound(headerFrom("203.0.113.7"));
    late.pipeline().addLast(new ProxiedAddressFilter(broken), recorder());

    assertThat(behind.isOpen()).isFalse();
    assertThat(seen).isEmpty();
    assertThat(late.isOpen()).isFalse();
    late.releaseInbound();
  }

  @Test
  void bytesWithoutAnAddressCloseTheChannel() {
    EmbeddedChannel channel = new EmbeddedChannel(filter, recorder());
    ByteBuf in = Unpooled.buffer().writeByte('x');

    channel.writeInbound(in);

    assertThat(channel.isOpen()).isFalse();
    assertThat(seen).doesNotContain("read");
    assertThat(in.refCnt()).isZero();
  }

  @Test
  void amongTheHandlersOfReplaceWithItDecidesAtOnce() {
    ReceiverOptions options =
        ReceiverOptions.builder()
            .replaceWith(
                client ->
                    new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(filter, recorder());
                      }
                    })
            .build();
    EmbeddedChannel refused = new EmbeddedChannel(new ProxyHeaderDecoder(options));
    EmbeddedChannel accepted = new EmbeddedChannel(new ProxyHeaderDecoder(options));

    refused.writeInbound(headerFrom("203.0.113.7"));
    assertThat(refused.isOpen()).isFalse();
    assertThat(seen).isEmpty();
    accepted.writeInbound(headerFrom("203.0.114.7"));

    assertThat(seen).containsExactly("active", "read");
    assertThat(accepted.pipeline().get(ProxiedAddressFilter.class)).isNull();
    accepted.finishAndReleaseAll();
  }

  private EmbeddedChannel channel(ProxiedAddressFilter filter) {
    return new EmbeddedChannel(new ProxyHeaderDecoder(), filter, recorder());
  }

  private ChannelInboundHandlerAdapter recorder() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
        seen.add("event");
      }

      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        seen.add("active");
      }

      @Override
      public void channelInactive(ChannelHandlerContext ctx) {
        seen.add("inactive");
      }

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object msg) {
        seen.add("read");
        ((ByteBuf) msg).release();
      }
    };
  }

  private static ByteBuf headerFrom(String source) {
    ByteBuf in = Unpooled.buffer();
    ProxyHeaderWriter.write(
        ProxyHeader.of(
            new InetSocketAddress(source, 4711), new InetSocketAddress("198.51.100.9", 443)),
        in);
    return in.writeByte('x');
  }
}
