/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A caller may write a lambda for any parameter without a cast: it never fits two overloads. */
class OverloadsTest {
  /** Packages in which even null fits one overload only. */
  private static final List<String> STRICT =
      List.of("io.github.proxyheader.tlv", "io.github.proxyheader.protocol");

  private static final String[] PACKAGES = {
    "io.github.proxyheader.tlv",
    "io.github.proxyheader.protocol",
    "io.github.proxyheader.handler",
    "io.github.proxyheader.datagram",
    "io.github.proxyheader.metrics"
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(PACKAGES);

  static List<JavaClass> publicClasses() {
    return CLASSES.stream().filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC)).toList();
  }

  @ParameterizedTest
  @MethodSource("publicClasses")
  void aLambdaFitsOneOverload(JavaClass type) {
    List<JavaCodeUnit> units = publicUnits(type);
    for (JavaCodeUnit one : units) {
      assertThat(units)
          .filteredOn(other -> other != one && isOverload(one, other))
          .as("overloads of %s that a caller's lambda or null may mean as well", one)
          .noneMatch(
              other ->
                  STRICT.contains(type.getPackageName()) || takeALambdaInTheSamePlace(one, other));
    }
  }

  private static List<JavaCodeUnit> publicUnits(JavaClass type) {
    return type.getCodeUnits().stream()
        .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
        .filter(unit -> !unit.getModifiers().contains(JavaModifier.BRIDGE))
        .toList();
  }

  private static boolean isOverload(JavaCodeUnit one, JavaCodeUnit other) {
    return one.getName().equals(other.getName())
        && one.getParameters().size() == other.getParameters().size();
  }

  private static boolean takeALambdaInTheSamePlace(JavaCodeUnit one, JavaCodeUnit other) {
    return IntStream.range(0, one.getParameters().size())
        .anyMatch(i -> isFunctional(one, i) && isFunctional(other, i));
  }

  private static boolean isFunctional(JavaCodeUnit unit, int parameter) {
    Class<?> type = unit.getRawParameterTypes().get(parameter).reflect();
    return type.isInterface()
        && Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .count()
            == 1;
  }
}
