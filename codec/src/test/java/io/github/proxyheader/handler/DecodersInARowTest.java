/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Told;
import io.github.proxyheader.testing.Wire;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two decoders in one pipeline, for two proxies that each add a header. */
class DecodersInARowTest {
  private static final byte[] INNER = text("PROXY TCP4 203.0.113.7 198.51.100.2 1001 443\r\n");
  private static final SocketAddress INNER_CLIENT = Addresses.inet("203.0.113.7", 1001);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @RegisterExtension final Embedded connection = new Embedded();

  /** The listener of the second decoder; {@link Embedded#told} is the first one's. */
  private final Told second = new Told();

  private ReceiverOptions.Builder outer;
  private ReceiverOptions.Builder inner;

  @BeforeEach
  void setUp() {
    outer = ReceiverOptions.builder();
    inner = ReceiverOptions.builder().listener(second);
  }

  private void accept() {
    connection.accept(
        connection.front,
        connection.decoder(outer),
        new ProxyHeaderDecoder(inner.build()),
        connection.behind);
  }

  /** Adds both to a channel that has been active for long. */
  private void acceptLate() {
    connection.accept(connection.front);
    connection
        .channel
        .pipeline()
        .addLast(
            connection.decoder(outer), new ProxyHeaderDecoder(inner.build()), connection.behind);
    connection.channel.runPendingTasks();
  }

  private void accept(boolean late) {
    if (late) {
      acceptLate();
    } else {
      accept();
    }
  }

  private SocketAddress client() {
    return ProxiedAddress.of(connection.channel).source();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("6.1 the selector of the second is asked when the first client is known")
  void selectorSeesTheFirstClient(boolean late) {
    List<SocketAddress> seen = new ArrayList<>();
    inner.policy(
        channel -> {
          seen.add(ProxiedAddress.of(channel).source());
          return ProxyHeaderPolicy.REQUIRE;
        });
    accept(late);
    assertThat(seen).isEmpty();
    connection.receive(Wire.v2());
    connection.receive(concat(INNER, text("data")));
    assertThat(seen).containsExactly(Wire.SOURCE);
    assertThat(client()).isEqualTo(INNER_CLIENT);
    assertThat(connection.seen()).containsOnlyOnce("address").contains("read data");
    connection.assertTold("proxied");
    assertThat(second.all()).containsExactly("proxied");
  }

  @Test
  @DisplayName("6.1 trust in the second header is trust in the client of the first")
  void trustInTheSecondHeader() {
    inner.policy(TrustedProxies.of("192.0.2.0/24"));
    accept();
    connection.receive(concat(Wire.v2(), INNER, text("data")));
    assertThat(client()).isEqualTo(INNER_CLIENT);

    Embedded other = new Embedded();
    Told told = new Told();
    other.accept(
        other.decoder(ReceiverOptions.builder()),
        new ProxyHeaderDecoder(
            ReceiverOptions.builder()
                .policy(TrustedProxies.of("10.0.0.0/8"))
                .listener(told)
                .build()),
        other.behind);
    other.receive(concat(Wire.v2(), INNER, text("data")));
    other.assertClosed();
    other.assertSeen();
    assertThat(told.all()).containsExactly("rejected UNTRUSTED");
    other.finish();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("6.1 SKIP behind another decoder: one event, of the first, and the rest is payload")
  void secondSkips(boolean late) {
    inner.policy(ProxyHeaderPolicy.SKIP);
    accept(late);
    connection.receive(concat(Wire.v2(), text("data")));
    assertThat(connection.seen()).containsOnlyOnce("address").contains("read data");
    assertThat(client()).isEqualTo(Wire.SOURCE);
    assertThat(connection.hasDecoder()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"USE", "IGNORE", "REJECT"})
  @DisplayName("6.1 a second decoder that finds no header lets the first address stand")
  void firstAddressStands(ProxyHeaderPolicy policy) {
    inner.policy(policy);
    accept();
    connection.receive(concat(Wire.v2(), text("GET /")));
    connection.assertSeen("address", "active", "read GET /", "complete");
    assertThat(client()).isEqualTo(Wire.SOURCE);
    assertThat(connection.behind.all(ProxiedAddress.class))
        .containsExactly(ProxiedAddress.of(connection.channel));
  }

  @Test
  @DisplayName("6.1 the time-out of the second starts when the first has decided")
  void timeoutsAddUp() {
    inner.policy(ProxyHeaderPolicy.USE);
    accept();
    connection.advance(Duration.ofSeconds(4));
    connection.receive(Wire.v2());
    connection.advance(Duration.ofSeconds(4));
    assertThat(connection.seen()).doesNotContain("address");
    connection.advance(Duration.ofSeconds(1));
    assertThat(connection.seen()).startsWith("address", "active");
    assertThat(client()).isEqualTo(Wire.SOURCE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("6.1 both time out under USE: one event, then payload")
  void bothTimeOut(boolean late) {
    outer.policy(ProxyHeaderPolicy.USE);
    inner.policy(ProxyHeaderPolicy.USE);
    accept(late);
    connection.advance(TIMEOUT);
    assertThat(connection.seen()).doesNotContain("address");
    connection.advance(TIMEOUT);
    connection.receive("GET /");
    assertThat(connection.seen()).containsOnlyOnce("address").contains("read GET /");
    connection.assertTold("proxied");
    assertThat(second.all()).containsExactly("proxied");
  }

  @ParameterizedTest
  @EnumSource(names = {"REQUIRE", "USE"})
  @DisplayName("6.2 a header behind the time-out of the first is refused, and told once")
  void headerBehindTheFirstTimeout(ProxyHeaderPolicy innerPolicy) {
    outer.policy(ProxyHeaderPolicy.USE);
    inner.policy(innerPolicy);
    accept();
    connection.receive("PRO");
    connection.advance(TIMEOUT);
    connection.receive(Arrays.copyOfRange(INNER, 3, INNER.length));
    connection.assertClosed();
    connection.assertSeen("exception TIMEOUT");
    connection.assertTold("proxied");
    assertThat(connection.told.reported()).containsExactly("TIMEOUT");
    assertThat(second.all()).containsExactly("abandoned");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("6.1 the first refuses: the listener of the second is told abandoned")
  void firstRefuses(boolean late) {
    accept(late);
    connection.receive("GET /");
    connection.assertClosed();
    assertThat(connection.seen()).startsWith("exception MISSING").doesNotContain("active");
    connection.assertTold("rejected MISSING");
    assertThat(second.all()).containsExactly("abandoned");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("6.1 the first closes without an exception: abandoned as well")
  void firstCloses(boolean late) {
    outer.policy(ProxyHeaderPolicy.CLOSE);
    accept(late);
    connection.channel.runPendingTasks();
    connection.assertClosed();
    assertThat(second.all()).containsExactly("abandoned");
  }

  @Test
  @DisplayName("6.1 the peer ends before its first byte: both are abandoned")
  void firstIsAbandoned() {
    accept();
    connection.peerCloses();
    connection.assertSeen();
    connection.assertTold("abandoned");
    assertThat(second.all()).containsExactly("abandoned");
  }

  @Test
  @DisplayName("6.1 this side closes while both are pending: both are abandoned")
  void thisSideCloses() {
    accept();
    connection.channel.close();
    connection.channel.runPendingTasks();
    connection.assertTold("abandoned");
    assertThat(second.all()).containsExactly("abandoned");
  }

  @Test
  @DisplayName("6.1 a call-back of the first closes: the second is abandoned")
  void callBackOfTheFirstCloses() {
    connection.told.then(channel -> channel.close());
    accept();
    connection.receive(concat(Wire.v2(), INNER));
    connection.assertClosed();
    connection.assertTold("proxied");
    assertThat(second.all()).containsExactly("abandoned");
  }

  @Test
  @DisplayName("6.1 a channel that never became active: nobody is told anything")
  @SuppressWarnings("deprecation") // the event loops of both Netty lines
  void neverActive() {
    EventLoopGroup group = new DefaultEventLoopGroup(1);
    try {
      ChannelFuture connect =
          new Bootstrap()
              .group(group)
              .channel(LocalChannel.class)
              .handler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel.pipeline().addLast(connection.decoder(outer));
                      channel.pipeline().addLast(new ProxyHeaderDecoder(inner.build()));
                    }
                  })
              .connect(new LocalAddress("nobody listens here"));
      assertThat(connect.awaitUninterruptibly().isSuccess()).isFalse();
      connect.channel().closeFuture().syncUninterruptibly();
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
    connection.assertTold();
    assertThat(second.all()).isEmpty();
  }

  @Test
  @DisplayName("6.1 the second refuses: the first was told proxied")
  void secondRefuses() {
    accept();
    connection.receive(concat(Wire.v2(), text("GET /")));
    connection.assertClosed();
    connection.assertSeen("exception MISSING");
    connection.assertTold("proxied");
    assertThat(second.all()).containsExactly("rejected MISSING");
  }

  @Test
  @DisplayName("6.1 every split of both headers: one event, of the second header")
  void everySplitPoint() {
    byte[] all = concat(Wire.v2(), INNER, text("data"));
    for (int at = 1; at < all.length; at++) {
      Embedded chain = new Embedded();
      chain.accept(
          chain.decoder(ReceiverOptions.builder()), new ProxyHeaderDecoder(), chain.behind);
      chain.receive(Arrays.copyOf(all, at));
      chain.receive(Arrays.copyOfRange(all, at, all.length));
      assertThat(chain.seen()).startsWith("address", "active");
      assertThat(ProxiedAddress.of(chain.channel).source()).isEqualTo(INNER_CLIENT);
      chain.finish();
    }
  }

  @Test
  @DisplayName("6.1 without AUTO_READ the second asks for its own bytes")
  void withoutAutoRead() {
    connection.autoRead(false);
    accept();
    assertThat(connection.front.reads()).isEqualTo(1);
    connection.receive(Wire.v2());
    assertThat(connection.front.reads()).as("for the second header").isGreaterThan(1);
    connection.receive(INNER);
    connection.assertSeen("address", "active", "complete");
  }

  @Test
  @DisplayName("6.1 without AUTO_READ a read() from behind both is out when both have left")
  void readReachesTheTransport() {
    connection.autoRead(false);
    acceptLate();
    connection.channel.read();
    connection.receive(Wire.v2());
    int before = connection.front.reads();
    connection.receive(INNER);
    assertThat(connection.front.reads()).isGreaterThan(before);
  }

  @Test
  @DisplayName("4.7 the second is taken out while it waits: the first address is told")
  void secondIsTakenOut() {
    accept();
    connection.receive(Wire.v2());
    connection.channel.pipeline().remove(ProxyHeaderDecoder.class);
    connection.receive("data");
    connection.assertSeen("address", "active", "read data", "complete");
    assertThat(client()).isEqualTo(Wire.SOURCE);
    assertThat(second.all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("4.7 the first is taken out while it waits: the second takes its turn")
  void firstIsTakenOut(boolean late) {
    accept(late);
    connection.channel.pipeline().remove(ProxyHeaderDecoder.class);
    connection.advance(TIMEOUT);
    connection.assertClosed();
    assertThat(second.all()).containsExactly("rejected SILENT");
  }

  @Test
  @DisplayName("6.1 a second decoder that replaceWith adds reads the second header")
  void replacementIsADecoder() {
    connection.accept(
        connection.front,
        connection.decoder(
            outer.replaceWith(
                address ->
                    new ProxyHeaderDecoder(inner.replaceWith(last -> connection.behind).build()))));
    connection.receive(concat(Wire.v2(), INNER, text("data")));
    connection.assertSeen("active", "read data", "complete");
    assertThat(client()).isEqualTo(INNER_CLIENT);
  }

  @Test
  @DisplayName("6.1 three decoders in a row take their turns")
  void threeInARow() {
    connection.accept(
        connection.decoder(outer),
        new ProxyHeaderDecoder(inner.build()),
        new ProxyHeaderDecoder(),
        connection.behind);
    connection.receiveSplit(concat(Wire.v2(), Wire.v1(), INNER, text("data")), 5);
    assertThat(connection.seen()).startsWith("address", "active").containsOnlyOnce("address");
    assertThat(client()).isEqualTo(INNER_CLIENT);
  }

  @Test
  @DisplayName(
      "6.1 a first decoder that does not hold channelActive: the second waits all the same")
  void firstDoesNotHoldActive() {
    List<SocketAddress> seen = new ArrayList<>();
    outer.holdActive(false);
    inner.policy(
        channel -> {
          seen.add(ProxiedAddress.of(channel).source());
          return ProxyHeaderPolicy.SKIP;
        });
    accept();
    assertThat(seen).isEmpty();
    connection.receive(concat(Wire.v2(), text("data")));
    assertThat(seen).containsExactly(Wire.SOURCE);
    connection.assertSeen("address", "active", "read data", "complete");
    assertThat(second.all()).containsExactly("proxied");
  }

  @Test
  @DisplayName(
      "6.1 no decoder of three holds channelActive: it passes at once, and one event follows")
  void noneHoldsActive() {
    outer.holdActive(false).timeout(Duration.ZERO);
    inner.holdActive(false).policy(ProxyHeaderPolicy.USE);
    connection.accept(
        connection.front,
        connection.decoder(outer),
        new ProxyHeaderDecoder(inner.build()),
        new ProxyHeaderDecoder(
            ReceiverOptions.builder().holdActive(false).policy(ProxyHeaderPolicy.USE).build()),
        connection.behind);
    connection.advance(TIMEOUT);
    connection.assertSeen("active");
    connection.receive(concat(Wire.v2(), text("data")));
    connection.assertSeen("active", "address", "read data", "complete");
    assertThat(client()).isEqualTo(Wire.SOURCE);
  }

  @Test
  @DisplayName("6.1 a filter behind a second decoder that is added late judges the second client")
  void filterBehindTheSecond() {
    ProxiedAddressFilter filter =
        new ProxiedAddressFilter(
            new IpSubnetFilterRule("203.0.113.0", 24, IpFilterRuleType.REJECT));
    outer.replaceWith(
        address ->
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new ProxyHeaderDecoder(inner.build()), filter, connection.behind);
              }
            });
    connection.accept(connection.front, connection.decoder(outer));
    connection.receive(concat(Wire.v2(), INNER, text("data")));
    connection.assertClosed();
    connection.assertSeen();
  }
}
