/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.handler.ClientChannel.HEADER;
import static io.github.proxyheader.handler.ClientChannel.WIRE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ClientChannel.Holder;
import io.github.proxyheader.handler.ClientChannel.Order;
import io.github.proxyheader.testing.LeakCheck;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A transport that does not take the header, on a clock that the test moves. */
class ProxyHeaderEncoderTimeoutTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.3", 80);
  private static final Duration TIMEOUT = Duration.ofSeconds(7);
  private static final Duration TICK = Duration.ofMillis(1);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final ClientChannel channel = new ClientChannel(leaks.allocator());
  private final ProxyHeaderEncoder encoder =
      new ProxyHeaderEncoder(
          SenderOptions.builder()
              .source(ProxyHeaderSource.of(HEADER))
              .writeTimeout(TIMEOUT)
              .build());

  @BeforeEach
  void stopTheClock() {
    channel.freezeTime();
    channel.full = true;
  }

  @AfterEach
  void closeTheChannel() {
    channel.close();
    channel.runPendingTasks();
    channel.releaseOutbound();
    channel.checkException();
    assertThat(channel.hasTimer()).as("a timer is left").isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "5.6 If the transport never takes the header, the connect fails and the channel is closed")
  void timeout(Order order) {
    ChannelFuture connect = connect(order);
    ChannelFuture write = channel.writeAndFlush(channel.data("a"));

    channel.advance(TIMEOUT.minus(TICK));
    assertThat(connect.isDone()).isFalse();
    assertThat(channel.isOpen()).isTrue();
    channel.advance(TICK);

    assertThat(connect.cause())
        .isInstanceOf(ConnectTimeoutException.class)
        .hasMessage("the PROXY header was not written within 7000 ms: " + channel.remoteAddress());
    assertThat(channel.isOpen()).isFalse();
    assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName("After the time-out earlier and later writes fail with it")
  void afterTheTimeoutAllWritesFailWithIt() {
    Holder tunnel = new Holder();
    channel.pipeline().addLast(tunnel);
    List<Throwable> failures = new ArrayList<>();
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);
    connect.addListener(
        future ->
            channel.writeAndFlush(channel.data("a")).addListener(f -> failures.add(f.cause())));

    channel.advance(TIMEOUT);

    assertThat(failures).hasSize(1).containsExactly(connect.cause());
    tunnel.fail(new ClosedChannelException());
  }

  @Test
  @DisplayName("3 The default is the channel's connect time-out when the wait starts")
  void theDefaultIsTheChannelsConnectTimeout() {
    channel.pipeline().addLast(new ProxyHeaderEncoder(HEADER));
    ChannelFuture connect = channel.connect(REMOTE);
    channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 1_000);
    channel.connected(Order.PROMISE_THEN_ACTIVE);
    channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 500);

    channel.advance(Duration.ofMillis(999));
    assertThat(connect.isDone()).isFalse();
    channel.advance(TICK);

    assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
  }

  @Test
  @DisplayName("If the channel has no connect time-out, the encoder waits without limit")
  void withoutAConnectTimeoutOfTheChannelItWaitsForEver() {
    channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    channel.pipeline().addLast(new ProxyHeaderEncoder(HEADER));

    assertWaitsForEver();
  }

  @Test
  @DisplayName("A time-out of zero means that there is no limit")
  void aTimeoutOfZeroIsNone() {
    channel
        .pipeline()
        .addLast(
            new ProxyHeaderEncoder(
                SenderOptions.builder()
                    .source((outbound, target) -> HEADER)
                    .writeTimeout(Duration.ZERO)
                    .build()));

    assertWaitsForEver();
  }

  private void assertWaitsForEver() {
    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(channel.hasTimer()).isFalse();
    channel.advance(Duration.ofDays(1));
    assertThat(connect.isDone()).isFalse();
    channel.becomeWritable();
    assertThat(connect.isSuccess()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("No timer is started if the transport takes the header at once")
  void aHeaderThatIsTakenAtOnceNeedsNoTimer(Order order) {
    channel.full = false;
    ChannelFuture connect = connect(order);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.hasTimer()).isFalse();
  }

  @Test
  @DisplayName("No timer is started if there is no header")
  void withoutAHeaderThereIsNoTimer() {
    channel.pipeline().addLast(new ProxyHeaderEncoder((outbound, target) -> null));
    channel.write(channel.data("a"));

    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.hasTimer()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The timer is stopped when the transport takes the header")
  void aHeaderThatIsTakenInTimeStopsTheTimer(Order order) {
    ChannelFuture connect = connect(order);
    assertThat(channel.hasTimer()).isTrue();

    channel.advance(TIMEOUT.minus(TICK));
    channel.becomeWritable();

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.hasTimer()).isFalse();
    channel.advance(TIMEOUT);
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("The time begins when the connection is established")
  void theWaitStartsWhenTheConnectionStands() {
    channel.pipeline().addLast(encoder);
    channel.writeAndFlush(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);
    channel.advance(TIMEOUT.multipliedBy(2));
    assertThat(channel.hasTimer()).isFalse();

    channel.connected(Order.PROMISE_THEN_ACTIVE);
    channel.advance(TIMEOUT.minus(TICK));
    assertThat(connect.isDone()).isFalse();
    channel.advance(TICK);

    assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
  }

  @Test
  @DisplayName("With fast open too, the time begins when the connection is established")
  void withFastOpenTheWaitStartsWhenTheConnectionStands() {
    channel.useFastOpen();
    channel.pipeline().addLast(encoder);
    ChannelFuture connect = channel.connect(REMOTE);
    channel.advance(TIMEOUT.multipliedBy(2));
    assertThat(channel.hasTimer()).isFalse();

    channel.connected(Order.PROMISE_THEN_ACTIVE);
    channel.advance(TIMEOUT);

    assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
  }

  @Test
  @DisplayName(
      "The time also runs for a header that another handler has flushed before "
          + "the connect succeeds")
  void aHeaderFlushedByAnotherBeforeTheConnectIsToldIsStillWaitedFor() {
    channel.pipeline().addLast(encoder);
    channel.write(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);
    channel.activate();
    channel.flush();

    channel.connected(Order.PROMISE_ONLY);
    channel.advance(TIMEOUT);

    assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
  }

  @Test
  @DisplayName("On a channel that was active before, exceptionCaught is called with the time-out")
  void onAChannelThatWasActiveTheTimeoutIsCaught() {
    List<Throwable> caught = new ArrayList<>();
    channel.activate();
    channel.pipeline().addLast(new Catcher(caught));

    channel.pipeline().addFirst(encoder);
    channel.runPendingTasks();
    channel.advance(TIMEOUT);

    assertThat(caught).hasSize(1).first().isInstanceOf(ConnectTimeoutException.class);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName("Closing the channel stops the timer")
  void aCloseStopsTheTimer() {
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);

    channel.close();

    assertThat(connect.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(channel.hasTimer()).isFalse();
  }

  @Test
  @DisplayName(
      "Closing the channel fails the connect even if the transport never fails the header's write")
  void aCloseFailsTheConnectThoughNobodyFailsTheHeader() {
    Holder tunnel = new Holder();
    channel.pipeline().addLast(tunnel);
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);

    channel.close();
    channel.runPendingTasks();

    assertThat(connect.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(channel.hasTimer()).isFalse();
    tunnel.fail(new IOException("late"));
  }

  @Test
  @DisplayName("Cancelling the connect stops the timer")
  void cancellingTheConnectStopsTheTimer() {
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.cancel(false)).isTrue();

    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.hasTimer()).isFalse();
  }

  @Test
  @DisplayName("The timer is stopped when writing the header fails")
  void aHeaderThatFailsStopsTheTimer() {
    Holder broken = new Holder();
    channel.pipeline().addLast(broken);
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);

    broken.fail(new ConnectException("tunnel refused"));

    assertThat(connect.cause()).hasMessage("tunnel refused");
    assertThat(channel.hasTimer()).isFalse();
  }

  @Test
  @DisplayName("Removing the encoder from an active channel stops the timer")
  void takenOutOfAnActiveChannelItStopsTheTimer() {
    channel.activate();
    channel.pipeline().addLast(encoder);
    channel.runPendingTasks();
    assertThat(channel.hasTimer()).isTrue();

    channel.pipeline().remove(encoder);

    assertThat(channel.hasTimer()).isFalse();
    channel.advance(TIMEOUT);
    assertThat(channel.isOpen()).isTrue();
    channel.becomeWritable();
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("If the encoder is removed during a connect, the time-out still ends the connect")
  void takenOutWithinAConnectTheTimeoutStillEndsIt() {
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);

    channel.pipeline().remove(encoder);
    channel.advance(TIMEOUT);

    assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName(
      "If the encoder is removed during a connect, the connect still completes "
          + "and the timer is stopped")
  void takenOutWithinAConnectItStillCompletesAndStopsTheTimer() {
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);

    channel.pipeline().remove(encoder);
    channel.becomeWritable();

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.hasTimer()).isFalse();
  }

  @Test
  @DisplayName(
      "A listener may remove the encoder and close the channel when the time-out "
          + "fails the connect")
  void aListenerThatTakesTheHandlerOutAndClosesAtTheTimeoutHarmsNothing() {
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);
    List<Throwable> failures = new ArrayList<>();
    connect.addListener(
        future -> {
          channel.pipeline().remove(encoder);
          channel.writeAndFlush(channel.data("a")).addListener(f -> failures.add(f.cause()));
          channel.close();
        });

    channel.advance(TIMEOUT);

    assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
    assertThat(failures).hasSize(1).first().isInstanceOf(ClosedChannelException.class);
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName("A connect on an active channel is passed on to the transport")
  void aConnectOnAChannelThatIsActiveIsLeftToTheTransport() {
    channel.activate();
    channel.pipeline().addLast(encoder);
    channel.runPendingTasks();
    ChannelPromise connect = channel.newPromise();

    channel.connect(REMOTE, connect);
    assertThat(channel.connecting()).isSameAs(connect);
    connect.setFailure(new AlreadyConnectedException());
    channel.becomeWritable();

    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("A header that the transport takes after the time-out changes nothing")
  void aHeaderThatLeavesAfterTheTimeoutChangesNothing() {
    Holder tunnel = new Holder();
    channel.pipeline().addLast(tunnel);
    ChannelFuture connect = connect(Order.PROMISE_THEN_ACTIVE);
    channel.advance(TIMEOUT);

    tunnel.succeed();

    assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
  }

  @Test
  @DisplayName("A connect promise that cannot be cancelled times out too")
  void aPromiseThatCannotBeCancelledTimesOutAllTheSame() {
    channel.pipeline().addLast(encoder);
    ChannelPromise connect = channel.newPromise();
    assertThat(connect.setUncancellable()).isTrue();
    channel.connect(REMOTE, connect);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.cancel(false)).isFalse();
    assertThat(channel.isOpen()).isTrue();
    channel.advance(TIMEOUT);

    assertThat(connect.cause()).isInstanceOf(ConnectTimeoutException.class);
  }

  @Test
  @DisplayName("A connect promise that the caller has completed is not changed by the time-out")
  void aPromiseThatTheCallerCompletesIsLeftAlone() {
    channel.pipeline().addLast(encoder);
    ChannelPromise connect = channel.newPromise();
    channel.connect(REMOTE, connect);
    channel.connected(Order.PROMISE_THEN_ACTIVE);
    connect.setFailure(new IOException("the caller has given up"));

    channel.advance(TIMEOUT);

    assertThat(connect.cause()).hasMessage("the caller has given up");
    assertThat(channel.isOpen()).isFalse();
  }

  private ChannelFuture connect(Order order) {
    channel.pipeline().addLast(encoder);
    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(order);
    return connect;
  }

  /** Collects what is thrown. */
  private static final class Catcher extends ChannelInboundHandlerAdapter {
    private final List<Throwable> caught;

    Catcher(List<Throwable> caught) {
      this.caught = caught;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      caught.add(cause);
    }
  }
}
