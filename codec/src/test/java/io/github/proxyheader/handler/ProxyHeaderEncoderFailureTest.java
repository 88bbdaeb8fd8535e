/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.handler.ClientChannel.HEADER;
import static io.github.proxyheader.handler.ClientChannel.WIRE;
import static io.github.proxyheader.handler.ClientChannel.onActive;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ClientChannel.Holder;
import io.github.proxyheader.handler.ClientChannel.Order;
import io.github.proxyheader.testing.LeakCheck;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens when a connect, a write or a source fails, or the handler is taken out. */
class ProxyHeaderEncoderFailureTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.3", 80);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final ClientChannel channel = new ClientChannel(leaks.allocator());
  private final ProxyHeaderEncoder encoder = new ProxyHeaderEncoder(HEADER);

  @AfterEach
  void closeTheChannel() {
    channel.close();
    channel.releaseOutbound();
    channel.checkException();
  }

  @Test
  @DisplayName("If the connect fails, the connect future fails with the same cause")
  void aFailedConnectFailsTheFuture() {
    ConnectException cause = new ConnectException("refused");
    channel.pipeline().addLast(encoder);

    ChannelFuture connect = channel.connect(REMOTE);
    channel.connecting().setFailure(cause);

    assertThat(connect.cause()).isSameAs(cause);
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName("If the connect fails, writes that were made before it fail too")
  void aFailedConnectFailsWhatWasWrittenBefore() {
    ConnectException cause = new ConnectException("refused");
    channel.pipeline().addLast(encoder);

    ChannelFuture write = channel.writeAndFlush(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);
    channel.connecting().setFailure(cause);

    assertThat(connect.cause()).isSameAs(cause);
    assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName(
      "If the transport closes the channel before it fails the connect, the future has the cause")
  void aTransportThatClosesBeforeItFailsTheConnectDoesNotHideTheCause() {
    ConnectException cause = new ConnectException("refused");
    channel.pipeline().addLast(encoder);

    channel.write(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);
    ChannelPromise transport = channel.connecting();
    channel.connecting = null;
    channel.close();
    assertThat(connect.isDone()).isFalse();
    transport.setFailure(cause);

    assertThat(connect.cause()).isSameAs(cause);
  }

  @Test
  @DisplayName("After a failed connect the channel may be connected again")
  void afterAFailedConnectAnotherMayFollow() {
    channel.pipeline().addLast(encoder);
    channel.connect(REMOTE);
    channel.connecting().setFailure(new ConnectException("refused"));

    ChannelFuture connect = channel.connect(REMOTE);
    List<String> found = new ArrayList<>();
    connect.addListener(future -> found.add(String.valueOf(channel.pipeline().context(encoder))));
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(found).containsExactly("null");
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("Cancelling the connect future cancels the connect of the transport")
  void cancellingTheConnectFutureCancelsTheTransports() {
    channel.pipeline().addLast(encoder);
    ChannelFuture write = channel.write(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);

    assertThat(connect.cancel(false)).isTrue();

    assertThat(channel.connecting().isCancelled()).isTrue();
    assertThat(write.isSuccess()).isFalse();
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName("If the transport cancels the connect, the caller's future is cancelled")
  void aTransportsCancelledConnectIsCancelledForTheCallerToo() {
    channel.pipeline().addLast(encoder);
    ChannelFuture connect = channel.connect(REMOTE);

    channel.connecting().cancel(false);

    assertThat(connect.isCancelled()).isTrue();
    assertThat(connect.cause()).isInstanceOf(CancellationException.class);
  }

  @Test
  @DisplayName("Cancelling the connect while the header cannot be sent closes the channel")
  void cancellingWhileTheHeaderIsStuckClosesTheChannel() {
    Holder stuck = new Holder();
    channel.pipeline().addLast(stuck, encoder);
    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.cancel(false)).isTrue();

    assertThat(channel.isOpen()).isFalse();
    stuck.fail(new ClosedChannelException());
    assertThat(connect.isCancelled()).isTrue();
  }

  @Test
  @DisplayName("If the channel is closed before it is connected, the connect future fails")
  void aCloseBeforeTheConnectionStandsFailsTheFuture() {
    channel.pipeline().addLast(encoder);
    ChannelFuture write = channel.writeAndFlush(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);

    channel.close();

    assertThat(connect.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  @DisplayName("If a handler closes the channel in channelActive, the connect future fails")
  void aCloseDuringActivationFailsTheFuture() {
    channel.pipeline().addLast(encoder);
    channel.pipeline().addLast(onActive(ChannelHandlerContext::close));
    ChannelFuture connect = channel.connect(REMOTE);

    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName("If writing the header fails, the connect future fails and the channel is closed")
  void aHeaderThatCannotBeWrittenFailsTheConnectAndCloses() {
    IOException cause = new IOException("broken");
    Holder broken = new Holder();
    channel.pipeline().addLast(broken, encoder);
    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    broken.fail(cause);

    assertThat(connect.cause()).isSameAs(cause);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName(
      "If writing the header fails before the connection is established, the connect fails")
  void aHeaderThatIsRefusedBeforeTheConnectionStandsFailsTheConnectAndCloses() {
    IOException cause = new IOException("refused");
    Holder broken = new Holder();
    channel.pipeline().addLast(broken, encoder);
    channel.write(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);

    broken.fail(cause);

    assertThat(connect.cause()).isSameAs(cause);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName(
      "If writing the header has failed, the connect fails even if the transport succeeds later")
  void aConnectThatSucceedsAfterTheHeaderWasLostFails() {
    ClosedChannelException cause = new ClosedChannelException();
    Holder broken = new Holder();
    channel.pipeline().addLast(broken, encoder);
    channel.write(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);

    broken.fail(cause);
    assertThat(connect.isDone()).isFalse();
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.cause()).isSameAs(cause);
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "If the source throws an exception, the connect fails with it and the channel is closed")
  void aSourceThatThrowsFailsTheConnectAndCloses(Order order) {
    RuntimeException cause = new IllegalStateException("no idea");
    List<Throwable> caught = new ArrayList<>();
    channel.pipeline().addLast(throwing(cause), new Catcher(caught));

    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(order);

    assertThat(connect.cause()).isSameAs(cause);
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.wire()).isEmpty();
    assertThat(caught).isEmpty();
  }

  @Test
  @DisplayName("If the source throws an exception, nothing that was written is sent")
  void aSourceThatThrowsLetsNothingElseOut() {
    RuntimeException cause = new IllegalStateException("no idea");
    List<Throwable> failures = new ArrayList<>();
    channel.pipeline().addLast(throwing(cause));

    channel
        .connect(REMOTE)
        .addListener(
            future ->
                channel.writeAndFlush(channel.data("a")).addListener(f -> failures.add(f.cause())));
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(channel.wire()).isEmpty();
    assertThat(failures).containsExactly(cause);
  }

  @Test
  @DisplayName("If the source throws at a write before the connect, the write and the connect fail")
  void aSourceThatThrowsAtAWriteBeforeTheConnectFailsBoth() {
    RuntimeException cause = new IllegalStateException("no idea");
    channel.pipeline().addLast(throwing(cause));

    ChannelFuture write = channel.writeAndFlush(channel.data("a"));
    channel.runPendingTasks();
    ChannelFuture connect = channel.connect(REMOTE);

    assertThat(write.cause()).isSameAs(cause);
    assertThat(connect.cause()).isSameAs(cause);
    assertThat(channel.connecting).isNull();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName(
      "If the source throws at a write, and the encoder was added during the "
          + "connect, exceptionCaught is called and the channel is closed")
  void aSourceThatThrowsAtAWriteWithinAConnectThatCameBeforeItIsCaughtAndTheChannelCloses() {
    RuntimeException cause = new IllegalStateException("no idea");
    List<Throwable> caught = new ArrayList<>();
    ChannelFuture connect = channel.connect(REMOTE);
    channel.pipeline().addLast(throwing(cause), new Catcher(caught));

    ChannelFuture write = channel.write(channel.data("a"));
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(write.cause()).isSameAs(cause);
    assertThat(caught).containsExactly(cause);
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName("If the encoder is removed after its source has thrown, it closes the channel")
  void takenOutAfterASourceThatThrewItClosesTheChannel() {
    ProxyHeaderEncoder broken = throwing(new IllegalStateException("no idea"));
    channel.pipeline().addLast(broken);
    channel.write(channel.data("a"));

    channel.pipeline().remove(broken);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName("If the source throws at a write during the connect, the write and the connect fail")
  void aSourceThatThrowsAtAWriteWithinTheConnectFailsBoth() {
    RuntimeException cause = new IllegalStateException("no idea");
    channel.pipeline().addLast(throwing(cause));

    ChannelFuture connect = channel.connect(REMOTE);
    ChannelFuture write = channel.write(channel.data("a"));

    assertThat(write.cause()).isSameAs(cause);
    assertThat(connect.cause()).isSameAs(cause);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName("If the source throws an exception with fast open, the connect fails")
  void aSourceThatThrowsWithFastOpenFailsTheConnect() {
    RuntimeException cause = new IllegalStateException("no idea");
    channel.useFastOpen();
    channel.pipeline().addLast(throwing(cause));

    ChannelFuture connect = channel.connect(REMOTE);

    assertThat(connect.cause()).isSameAs(cause);
    assertThat(channel.connecting).isNull();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  @DisplayName(
      "If the source throws on an active channel, exceptionCaught is called and "
          + "the channel is closed")
  void aSourceThatThrowsOnAnActiveChannelIsCaughtAndTheChannelCloses() {
    RuntimeException cause = new IllegalStateException("no idea");
    List<Throwable> caught = new ArrayList<>();
    channel.activate();
    channel.pipeline().addLast(new Catcher(caught));

    channel.pipeline().addFirst(throwing(cause));
    channel.runPendingTasks();

    assertThat(caught).containsExactly(cause);
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName(
      "A write that the source makes on the outbound channel fails, and the header is sent")
  void aSourceThatWritesToTheChannelIsRefused() {
    List<ChannelFuture> writes = new ArrayList<>();
    ProxyHeaderSource source =
        (outbound, target) -> {
          writes.add(outbound.writeAndFlush(channel.data("too early")));
          return HEADER;
        };
    channel.pipeline().addLast(new ProxyHeaderEncoder(source));

    channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(writes.get(0).cause()).isInstanceOf(IllegalStateException.class);
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("If the source closes the channel, the connect fails")
  void aSourceThatClosesTheChannelFailsTheConnect() {
    ProxyHeaderSource source =
        (outbound, target) -> {
          outbound.close();
          return HEADER;
        };
    channel.pipeline().addLast(new ProxyHeaderEncoder(source));

    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName("If the source removes the encoder, the header is sent all the same")
  void aSourceThatTakesTheHandlerOutIsTooLateToStopTheHeader() {
    ProxyHeaderSource source =
        (outbound, target) -> {
          outbound.pipeline().remove(ProxyHeaderEncoder.class);
          return HEADER;
        };
    channel.pipeline().addLast(new ProxyHeaderEncoder(source));

    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("If the encoder is removed before the connection is established, no header is sent")
  void takenOutBeforeTheConnectionStandsItSendsNoHeader() {
    channel.pipeline().addLast(encoder);
    ChannelFuture connect = channel.connect(REMOTE);

    channel.pipeline().remove(encoder);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.wire()).isEmpty();
  }

  @Test
  @DisplayName(
      "If the encoder is removed after it has written the header, the connect still completes")
  void takenOutWhenTheHeaderIsWrittenTheConnectStillCompletes() {
    channel.pipeline().addLast(encoder);
    channel.pipeline().addLast(onActive(ctx -> ctx.pipeline().remove(encoder)));
    ChannelFuture connect = channel.connect(REMOTE);

    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("If the encoder is removed before any connect, it passes on the flush that it held")
  void takenOutBeforeAnyConnectItPassesTheFlushOn() {
    channel.pipeline().addLast(encoder);
    ChannelFuture write = channel.writeAndFlush(channel.data("a"));

    channel.pipeline().remove(encoder);

    assertThat(write.isDone()).isTrue();
  }

  @Test
  @DisplayName(
      "If the encoder is removed during the connect, earlier writes are sent after the header")
  void takenOutAfterAWriteBeforeTheConnectTheFlushIsNotForgotten() {
    channel.pipeline().addLast(encoder);
    channel.writeAndFlush(channel.data("a"));
    ChannelFuture connect = channel.connect(REMOTE);

    channel.pipeline().remove(encoder);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.wire()).containsExactly(WIRE, "a");
  }

  private static ProxyHeaderEncoder throwing(RuntimeException cause) {
    ProxyHeaderSource source =
        (outbound, target) -> {
          throw cause;
        };
    return new ProxyHeaderEncoder(source);
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
