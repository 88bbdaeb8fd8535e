/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProxyHeaderSourceTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 56324);
  private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.2", 443);
  private static final InetSocketAddress CLIENT6 = new InetSocketAddress("2001:db8::1", 56324);
  private static final InetSocketAddress SERVER6 = new InetSocketAddress("2001:db8::2", 443);
  private static final InetSocketAddress PEER = new InetSocketAddress("198.51.100.1", 4711);
  private static final InetSocketAddress LOCAL = new InetSocketAddress("198.51.100.2", 8443);

  private final EmbeddedChannel outbound = new EmbeddedChannel();
  private final AcceptedChannel accepted = new AcceptedChannel(PEER, LOCAL);

  @AfterEach
  void close() {
    outbound.finish();
    accepted.finish();
  }

  @Test
  void aFixedHeaderIsGivenToEveryConnection() {
    ProxyHeader header = ProxyHeader.of(CLIENT, SERVER);
    ProxyHeaderSource source = ProxyHeaderSource.of(header);

    assertThat(source.headerFor(outbound, null)).isSameAs(header);
    assertThat(source.headerFor(accepted, null)).isSameAs(header);
  }

  @Test
  @SuppressWarnings("NullAway")
  void nothingIsNoHeader() {
    assertThatNullPointerException().isThrownBy(() -> ProxyHeaderSource.of(null));
    assertThatNullPointerException().isThrownBy(() -> ProxyHeaderSource.onBehalfOf(null));
  }

  @Test
  void withoutAReceivedHeaderTheAcceptedSocketsAddressesAreSent() {
    assertThat(sent()).isEqualTo(ProxyHeader.of(PEER, LOCAL));
  }

  @Test
  void anIgnoredHeaderCountsAsNone() {
    accepted.receivedIgnored();

    assertThat(sent()).isEqualTo(ProxyHeader.of(PEER, LOCAL));
  }

  @Test
  @DisplayName("R65 the received client is passed on")
  void theReceivedAddressesArePassedOn() {
    accepted.received(ProxyHeader.of(CLIENT, SERVER));

    assertThat(sent()).isEqualTo(ProxyHeader.of(CLIENT, SERVER));
  }

  @Test
  void receivedIpv6AddressesArePassedOn() {
    accepted.received(ProxyHeader.of(CLIENT6, SERVER6));

    assertThat(sent()).isEqualTo(ProxyHeader.of(CLIENT6, SERVER6));
  }

  @Test
  void aReceivedVersion1HeaderIsPassedOnAsVersion2() {
    accepted.received(ProxyHeader.of(CLIENT, SERVER).toBuilder().version(ProxyVersion.V1).build());

    assertThat(sent()).isEqualTo(ProxyHeader.of(CLIENT, SERVER));
  }

  @Test
  void receivedVectorsAreNotPassedOn() {
    Tlvs tlvs = Tlvs.builder().authority("example.org").build();
    accepted.received(ProxyHeader.of(CLIENT, SERVER).toBuilder().tlvs(tlvs).checksum(true).build());

    assertThat(sent()).isEqualTo(ProxyHeader.of(CLIENT, SERVER));
  }

  @Test
  void whatWasReceivedForUdpIsSentForTheStreamThatItTravelsOn() {
    accepted.received(
        ProxyHeader.of(CLIENT, SERVER).toBuilder().transport(ProxyTransport.UDP4).build());

    assertThat(sent().transport()).isEqualTo(ProxyTransport.TCP4);
  }

  @Test
  @DisplayName("T12 a health check that was received is sent on as one")
  void aReceivedLocalIsSentAsLocal() {
    accepted.received(ProxyHeader.local());

    assertThat(sent()).isEqualTo(ProxyHeader.local());
  }

  @Test
  @DisplayName("R59 a header without addresses is never sent as PROXY")
  void receivedHeadersWithoutAddressesAreSentAsLocal() {
    for (ProxyVersion version : ProxyVersion.values()) {
      accepted.received(ProxyHeader.builder().version(version).command(ProxyCommand.PROXY).build());

      assertThat(sent()).isEqualTo(ProxyHeader.local());
    }
  }

  @Test
  void aReceivedUnixHeaderIsSentAsLocal() {
    accepted.received(ProxyHeader.of(new DomainSocketAddress("/a"), new DomainSocketAddress("/b")));

    assertThat(sent()).isEqualTo(ProxyHeader.local());
  }

  @Test
  void anAcceptedChannelWithoutIpAddressesIsSentAsLocal() {
    List<Channel> channels =
        List.of(
            new EmbeddedChannel(),
            new LocalChannel(),
            new NioSocketChannel(),
            new AcceptedChannel(new DomainSocketAddress("/a"), new DomainSocketAddress("/b")),
            new AcceptedChannel(new LocalAddress("a"), new LocalAddress("b")),
            new AcceptedChannel(PEER, null),
            new AcceptedChannel(InetSocketAddress.createUnresolved("client", 1), LOCAL));
    for (Channel channel : channels) {
      assertThat(ProxyHeaderSource.onBehalfOf(channel).headerFor(outbound, null))
          .as(channel.toString())
          .isEqualTo(ProxyHeader.local());
      channel.unsafe().closeForcibly();
    }
  }

  @Test
  void theAddressesAreTakenWhenTheHeaderIsDue() {
    ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(accepted);

    accepted.received(ProxyHeader.of(CLIENT, SERVER));

    assertThat(source.headerFor(outbound, null)).isEqualTo(ProxyHeader.of(CLIENT, SERVER));
  }

  @Test
  void theClientIsKnownAlsoAfterItsConnectionWasClosed() {
    ProxyHeaderSource source = ProxyHeaderSource.onBehalfOf(accepted);

    accepted.close();
    accepted.forget();

    assertThat(source.headerFor(outbound, null)).isEqualTo(ProxyHeader.of(PEER, LOCAL));
  }

  private ProxyHeader sent() {
    ProxyHeader header = ProxyHeaderSource.onBehalfOf(accepted).headerFor(outbound, null);
    assertThat(header).isNotNull();
    return header;
  }
}
